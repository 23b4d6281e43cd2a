### What the start page says, and the frame around every page: these sentences are in the page from the start. All others follow
### once it is drawn, so nothing here may be needed earlier than they are, and nothing else may.

## Window and bar

ui-title-start = mailspeak: POP3 and SMTP by hand
ui-title-session = {$state} · {$address} · mailspeak
ui-home = mailspeak, home
ui-back = Back to the session
ui-theme-system = Theme: as the system
ui-theme-light = Theme: light
ui-theme-dark = Theme: dark
ui-projector = Projector view
ui-connect = Connect
ui-title-reference = {$protocol} reference · mailspeak
ui-ref = Reference

## Until the other sentences are here

ui-words-awaited = One moment: the workbench and its explanations are on their way.
ui-words-missing = **The workbench and its explanations could not be fetched.** Is the network down? If trying again does not help, load the page anew.
ui-words-again = Try again

## Front page

ui-hero = Type the words mail programs say to mail servers, and see what each one means.
ui-hero-sub = mailspeak is telnet without telnet: POP3 and SMTP by hand, on a practice server where nothing can go wrong for real. No account, nothing to install.
ui-examples = Three ways in
ui-example-read = Read mail by POP3
ui-example-read-text = Log in, list and fetch. Letters wait for ada.
ui-example-send = Send mail by SMTP
ui-example-send-text = Write the envelope, then the letter, then a lone dot.
ui-example-break = Break things
ui-example-break-text = Delete a letter, cut the line, come back. Surprised?
ui-example-cut = line dropped before QUIT
ui-example-go = Open the session
ui-practice-in-page = The practice server runs inside this page: what you type stays in it.
ui-practice-by-proxy = The practice server runs beside this page, behind real TCP ports. It delivers only to its own mailboxes.

## The form

ui-real = Connect to a real server
ui-protocol = Protocol
ui-security = Security
ui-security-none = None
ui-security-tls = TLS
ui-security-none-pop3-help = Plain text at first. You may type `STLS` later and go on encrypted.
ui-security-none-smtp-help = Plain text at first. You may type `STARTTLS` later and go on encrypted.
ui-security-tls-help = TLS from the first byte; the certificate must be valid for the host.
ui-host = Host
ui-port = Port
ui-real-foot = Use a test account if you can. Passwords stay hidden in the log and are never saved.
ui-real-no-host = Which server? Type its name or address.
ui-real-odd-host = That is not a host name: letters, digits, hyphens and dots, or an IP address. The port has its own field.
ui-real-no-port = A port is a number from 1 to 65535.
ui-trust = Check its certificate against
ui-trust-system = the system's authorities
ui-trust-own = the operator's own authorities
ui-trust-practice = the practice authority
ui-trust-exception = nothing, but tell what is wrong with it
ui-allowed = Which servers?
ui-allowed-none = None yet. A browser cannot open mail connections itself, so the program behind this page does it, and only to servers its operator allows: `mailspeak serve --allow host:port`
ui-allowed-some = The operator of this page allows these. Pick one, or type another name that is on the operator's list.
ui-allowed-open = Any mail server on the public internet, at the ports {$ports}. Port 25 is open only to servers the operator named.
ui-allowed-certificate = With TLS, a server must show a certificate for its name that an authority known to the operator's computer signed.

## Who takes mail for a domain

ui-mx = Who takes mail for a domain?
ui-mx-help = Before a mail program speaks SMTP, it asks the DNS for the domain's MX records (`nslookup -type=mx`).
ui-mx-domain = Domain, or a mail address
ui-mx-ask = Look up
ui-mx-lessons = To try, from the practice zone:

## An address pasted into the form

ui-url-user = The address says who logs in: `{$user}`. The login tools at the prompt begin with this name.
ui-url-auth = It asks for this way to log in: `{$auth}`.
problem-url-password = There was a password in this address. It is dropped: an address is shown, kept and passed on, so none may hold one.
problem-url-scheme = `{$detail}` is seen in practice, but no standard defines it for a session. We take it as it is meant.
problem-url-unknown = This is no address of a POP3 or SMTP session. One looks like `pop://ada@mail.example.test`.
problem-url-mailto = `mailto:` names a person to write to, not a server. Type the name of that person's mail server.
problem-url-host = This address names no host. One with a host looks like `pop://mail.example.test`.
problem-url-port = The port of this address is no number from 1 to 65535, so port {$detail} is taken.
problem-url-user = The user or the mechanism of this address is not well written, so it is dropped.
problem-url-path = What follows the host is ignored: an address of this kind ends there.
problem-url-apop = An address asks for APOP with a plus sign, `+APOP`. Without it, this names a mechanism of `AUTH`; we take it as `+APOP`.

## How grave it is

ui-severity-chat = Chat
ui-severity-note = Note
ui-severity-warn = Warn
ui-severity-error = Error
