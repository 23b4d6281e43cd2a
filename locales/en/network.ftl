### The connection below the dialogue: TLS, certificates, names, limits, refusals.

## What the proxy refuses, and why. It says nothing about what is open inside a network.

ui-closed-bad-host = **Not connected:** this is not the name or the address of a host.
ui-closed-other-port = **Not connected:** this page opens only the ports of mail programs.
ui-closed-relay-port = **Not connected:** port 25 is open only to servers the operator of this page named.
ui-closed-not-public = **Not connected:** the host is not on the public internet. Its address belongs to the block "{$block}", set apart by {$source}.
ui-closed-never = **Not connected:** nobody may go there. The address belongs to the block "{$block}", set apart by {$source}.
ui-closed-itself = **Not connected:** that is the proxy itself.
ui-closed-not-mail = **The proxy closed:** what answered does not greet like a mail server. Nothing you typed was sent to it.
ui-closed-too-fast = **Not connected:** too many connections in a short time. Try again in {$seconds} s.
ui-closed-too-many = { $count ->
    [1] **Not connected:** 1 session is open from your address, and no more are allowed. Close it first.
   *[other] **Not connected:** {$count} sessions are open from your address, and no more are allowed. Close one first.
}
ui-closed-name-failed = **Not connected:** no name server answered, so nobody knows the address of this name. The trouble is not yours.

ui-why-not-allowed = Browsers never open mail ports themselves, because a web page could abuse them. The program behind this page does, so it asks its operator first: `mailspeak serve --allow host:port`
ui-why-host-empty = A name has at least one character between two dots. One dot may stand at the end.
ui-why-host-too-long = A name has at most 253 characters, and 63 between two dots (RFC 1035 section 2.3.4).
ui-why-host-number = An IPv4 address is four decimal numbers from 0 to 255. Some programs read other numbers as addresses too, each in its own way: who checks one reading may dial another. So no name may end in a number.
ui-why-host-zone = A zone after `%` names a network card of one computer (RFC 4007 section 11). It means nothing to another one.
ui-why-host-mixed = Letters of two alphabets in one word are how a false name is made to look like a true one.
ui-why-host-character = A name is made of letters, digits and hyphens, with dots between its parts. The port has a field of its own.
ui-why-other-port = Mail programs use 110 and 995 for POP3, 587 and 465 for SMTP (RFC 8314 section 3). The operator can name another: `mailspeak serve --allow host:port`
ui-why-relay-port = Mail servers pass letters on at port 25, and spam travels there too, so many networks close it. A mail program hands its letters in at 587 (RFC 6409 section 3.1) or 465. The operator can name a server: `mailspeak serve --allow host:25`
ui-why-not-public = Anybody can make a name that leads inside a network, and a page that followed it would be a hole in the wall. One such address is enough to refuse a name. The operator can name the address itself: `mailspeak serve --allow address:port`
ui-why-never = At such addresses computers hand out their own secrets to whoever asks from inside. No option opens them.
ui-why-itself = A proxy that dials itself would run in a circle.
ui-why-not-mail = A POP3 server speaks first, with `+OK` (RFC 1939 section 4); an SMTP server too, with `220` or `554` (RFC 5321 section 3.1). The proxy waits for that before it sends anything, so that nobody can use it to reach other services.
ui-why-too-much = A proxy that dials without end could be used to attack a server, so there is a limit for each visitor and each server. A whole school may count as one visitor. The operator can raise the limits: `mailspeak serve --visitor-rate count --server-rate count --visitor-sessions count`

## The Network view

ui-net-you = You and the server
ui-net-anyone = Anyone on the way
ui-net-plain = **No TLS yet.** Everything in this session can be read, kept and changed by anyone on the way, passwords too.
ui-net-in-page = **Nothing to overhear.** The practice server runs inside this page, so no octet of this session crosses a network.
ui-net-note = **Sealed is not invisible.** Who talks to whom, when, and how much still shows. Each record has a header of 5 octets that anyone can read; in TLS 1.3 sealing adds, as a rule, 17 octets more (a content type and a tag).
ui-net-record = {$header} and {$count ->
    [one] 1 octet
   *[other] {$count} octets
}
ui-net-same-record = in the record above
ui-net-earlier = {$count ->
    [one] 1 earlier row is only in the capture file
   *[other] {$count} earlier rows are only in the capture file
}
ui-net-secret = a secret in plain text
ui-net-client-hello = ClientHello: versions, cipher suites and the server's name, readable
ui-net-server-hello = ServerHello: what the server chose, readable
ui-net-handshake = a handshake message, readable
ui-net-change-cipher-spec = change_cipher_spec: in TLS 1.2 sealing begins here, in TLS 1.3 it means nothing
ui-net-alert = an alert
ui-net-sealed = TLS's own: the rest of the handshake, a session ticket or the end, sealed
ui-net-other = an unknown kind of record

## What TLS agreed

ui-net-version = Version
ui-net-cipher = Cipher suite
ui-net-group = Key exchange
ui-net-alpn = Application protocol (ALPN)
ui-net-name = Name checked
ui-net-took = Handshake took
ui-net-crossed = Handshake octets
ui-net-crossed-both = {$sent} sent, {$received} received
ui-net-unknown = not known: the handshake ended before
ui-net-certificate-leaf = The server's certificate
ui-net-certificate-issuer = Shown to vouch for it
ui-net-subject = Subject
ui-net-names = Good for
ui-net-issuer = Issuer
ui-net-validity = Valid
ui-net-key = Public key
ui-net-signature = Signed with
ui-net-serial = Serial number
ui-net-fingerprint = SHA-256

## Its files

ui-net-reveal = Show my secrets here, and put them into the file
ui-net-save-capture = Save for Wireshark (.pcapng)
ui-net-save-keys = Save TLS keys
ui-net-capture-comment = Made by mailspeak. The octets and their times are true; the IP and TCP headers around them are made up, because a web page never sees the real ones.
