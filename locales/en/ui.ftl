### Words of the page itself: names of controls, states of the connection. The learner's side comes first. What the start page says is in start.ftl.
### Markup: two asterisks around what is stressed, backticks around wire text.

## Window and bar

ui-to-start = Back to the start page
ui-skip = To the command line
ui-disconnect = Disconnect
ui-connect-again = Connect again
ui-via-page = practice server, inside this page
ui-via-practice = practice server
ui-via-real = real server
ui-via-real-tls = real server, TLS from the start

## Session

ui-session = Session
ui-sittings = Sessions
ui-sitting-dismiss = Put away the { $protocol } session with { $address }
ui-bench = {$protocol} session with {$address}
ui-state = State:
ui-log = Session log
ui-show-endings = Show CR LF
ui-save = Save transcript
ui-save-tape = Save the recorded session, passwords out
ui-tls-played = TLS, played
ui-client = client
ui-server = server
ui-client-encrypted = client, encrypted
ui-server-encrypted = server, encrypted
ui-password-hidden = password hidden
ui-hidden = hidden
ui-base64 = base64 for
ui-more-bytes = { $count ->
    [1] … 1 more byte
   *[other] … {$count} more bytes
}
ui-more-lines = { $count ->
    [1] 1 more line
   *[other] {$count} more lines
}
ui-fold = fold
ui-earlier = Show earlier lines ({$count})
ui-end-of-reply = end of reply
ui-end-of-message = end of message
ui-empty-line = empty line
ui-dot-doubled = dot doubled for the wire
ui-dot-lost = this dot will be lost
ui-last-line = space: last line
ui-under-a-millisecond = < 1 ms
ui-milliseconds = {$count} ms
ui-seconds = {$count} s
ui-to = to
ui-headers-end = headers end, the body begins

ui-connecting = Connecting to `{$target}`
ui-connected = Connected to `{$target}` at `{$address}`. Plain text: anyone on the way can read it.
ui-connected-tls = Connected to `{$target}` at `{$address}`. The TLS handshake comes first.
ui-connected-page-tls = Connected to `{$target}`, inside this page: no byte leaves it.
ui-connected-page = Connected to `{$target}`, inside this page: no byte leaves it. On a network, anyone on the way could read this.
ui-idle-warning = Nothing was sent or received for long, so the proxy ends this session in {$seconds} seconds. Send any line to keep it.
ui-stopping = The operator stops the proxy: it ends this session in {$seconds} seconds. Finish, and say `QUIT`.
ui-injection = {$bytes} plain bytes came after the go-ahead for TLS: somebody on the way, or the server itself, tried to slip them into the encrypted session. The upgrade was stopped.
ui-kept = { $count ->
    [1] **1 message you marked is still there:** `UPDATE` was never entered.
   *[other] **{$count} messages you marked are still there:** `UPDATE` was never entered.
}
done-fetched = { $count ->
    [0] No message was fetched.
    [1] 1 message was fetched.
   *[other] {$count} messages were fetched.
}
done-removed = { $count ->
    [1] 1 message was removed.
   *[other] {$count} messages were removed.
}
done-taken = { $count ->
    [0] The server took no message.
    [1] The server took 1 message.
   *[other] The server took {$count} messages.
}
done-refused = { $count ->
    [1] The server said no once.
   *[other] The server said no {$count} times.
}
ui-unanswered = { $count ->
    [1] **1 line got no whole reply,** so nobody here knows whether the server obeyed it.
   *[other] **{$count} lines got no whole reply,** so nobody here knows whether the server obeyed them.
}
ui-unsent = { $count ->
    [1] **1 line was never sent:** it waited for the end of the TLS handshake.
   *[other] **{$count} lines were never sent:** they waited for the end of the TLS handshake.
}

ui-tls-from-here = Encrypted from here
ui-tls-from-start = Encrypted from the first byte
ui-tls-verified = {$version} · certificate for `{$name}` verified
ui-tls-own = {$version} · certificate for `{$name}` verified against the operator's own authorities
ui-tls-exception = {$version} · **not verified:** you asked for no check of the certificate for `{$name}`
ui-tls-exception-good = {$version} · you asked for no check of the certificate for `{$name}`; it is good all the same
ui-tls-practice = {$version} · certificate for `{$name}` verified against the practice authority
ui-tls-in-page = TLS, played inside this page
ui-tls-in-page-more = nothing to encrypt: no byte leaves the page
ui-tls-unknown-issuer = The server's certificate is signed by none of the authorities it was checked against, so nobody vouches that this is the right server. If you know the signer, choose it on the start page, or ask the operator of this page to add it with `--ca-file`.
ui-tls-wrong-name = The server's certificate is for another host, so this may be the wrong server. If you meant a host that it names, connect to that name.
ui-tls-expired = The server's certificate has run out, and its operator must renew it; if this happens everywhere, a clock is wrong.
ui-tls-not-yet-valid = The server's certificate is not valid yet; if this happens everywhere, a clock is wrong.
ui-tls-revoked = The authority has revoked the server's certificate: nobody may rely on it any more.
ui-tls-is-authority = The server shows the certificate of an authority as its own, as many self-signed servers do. An authority's certificate cannot be a server's too.
ui-tls-wrong-purpose = The server's certificate is not meant for servers: its authority gave it for another use.
ui-tls-bad-chain = An authority in the chain signed what it may not sign: it is none, or its own certificate limits the names or the length of the chain.
ui-tls-bad-signature = A signature does not fit its key, so the certificate is not what its authority signed, or the server does not have the certificate's key.
ui-tls-weak = A key or a signature in the chain is too weak, or of a kind we do not know: RSA needs 2048 bits, and SHA-1 no longer counts.
ui-tls-chain-too-long = The server showed more certificates than we read: 10, or 64 KiB.
ui-tls-nothing-in-common = The server and we have no version of TLS or no cipher suite in common. We speak TLS 1.2 and 1.3.
ui-tls-not-tls = What answered does not speak TLS here: try this port without TLS, or the TLS port of the service (POP3 995, SMTP 465).
ui-tls-closed = The server closed the connection in the middle of the handshake. It may be busy, or this port may not be meant for TLS.
ui-tls-timed-out = The server did not finish the handshake in time. Try again; if it stays so, this port may not be meant for TLS.
ui-tls-other = The handshake failed. In the words of the TLS library:
ui-tls-names = It names
ui-tls-issuer = It was signed by
ui-tls-from = It is good from
ui-tls-until = It was good until

ui-closed-server = **The server closed** the connection, in order.
ui-closed-truncated = **The server closed** the connection without ending TLS first (`close_notify`), so nobody can tell whether something was cut off.
ui-closed-reset = **The connection was reset** by the server, or by something on the way.
ui-closed-client = **You cut the line.** The server was told nothing; it only sees that you are gone.
ui-closed-not-allowed = **Not connected:** the operator of this page does not allow this server.
ui-closed-no-such-trust = **Not connected:** this server's certificate cannot be checked that way here. The operator names authorities with `--ca-file` and states exceptions with `--tls-exception host:port`.
ui-closed-no-such-host = **Not connected:** no address is known for this name. Is it spelled right?
ui-closed-refused = **Not connected:** nothing listens on this port of the server. Is the port right? POP3 uses 110 and 995, SMTP 25, 587 and 465.
ui-closed-timed-out = **Not connected:** no answer within {$seconds} seconds. The server may be off, or a firewall may swallow what goes to this port.
ui-closed-network = **The network failed:**
ui-closed-tls = **Closed,** because TLS failed; the reason is above.
ui-closed-idle = **The proxy closed:** nothing crossed for too long.
ui-closed-shutdown = **The proxy is stopping.** Connect again in a moment.
ui-closed-practice-full = **Not connected:** the practice server has no room for more mailboxes. Close sessions you no longer need, and try again soon: mailboxes nobody uses are given up first.
ui-closed-busy = **Not connected:** the proxy has as many sessions as it can carry. Try again soon.
ui-closed-proxy-lost = **The page lost its proxy.** Is `mailspeak serve` still running?
ui-closed-practice-lost = **The practice server did not start,** or broke: the page could not fetch it. Connect again to try once more.
ui-closed-contract = **Page and proxy disagree:** reload the page. If it stays, it is a mistake of ours:

## Prompt

ui-command-line = Command line
ui-send = Send
ui-legal-now = Legal now
ui-in-the-letter = In the letter
ui-in-the-login = In the login
ui-chip-end = end of message
ui-chip-cancel = cancel the login
ui-leads-to = leads to
ui-way-stays = stays
ui-way-expected = (expected)
ui-prompt-connecting = Connecting. What you type now waits for Enter.
ui-prompt-tls = The TLS handshake is under way. Lines you send now wait until it is done.
ui-prompt-tls-waiting = { $count ->
    [1] The TLS handshake is under way. 1 line waits until it is done.
   *[other] The TLS handshake is under way. {$count} lines wait until it is done.
}
ui-prompt-queue = { $count ->
    [1] 1 pasted line waits for the reply before it. Esc drops it.
   *[other] {$count} pasted lines wait for the reply before them. Esc drops them.
}
ui-prompt-dropped = TLS did not begin, so the rest of what you pasted was dropped: it would have gone in plain text.
ui-over-server = The server closed the connection.
ui-over-client = You cut the line.
ui-over-broken = There is no connection: the log says why.
ui-over-again = To connect again is to begin anew: the record stays, but the server remembers no login and no mark.
ui-over-none = There is no connection.

## Sides

ui-side-client = on your side
ui-side-server = on the server's side
ui-side-neither = elsewhere, or unknown
ui-as-expected = as expected

## Steps of an example

ui-steps = Steps of the example
ui-steps-open = Steps
ui-steps-done = Steps done
ui-steps-count = {$done} of {$all}
ui-steps-all = All steps done. Go on as you like: nothing breaks here.
ui-example = Example
ui-why-read = You are a mail program that fetches mail. The password of `ada` is `lovelace`.
ui-why-send = Envelope first, then the letter itself. The server believes the envelope.
ui-why-break = `DELE` only marks. The server keeps its word when you say `QUIT`, and only then.
ui-step-done = Done:
ui-step-now = Now:
ui-step-todo = To do:
ui-cut = Cut the line
ui-start-over = Start over

## Panels

ui-side-panel = Diagram and explanation
ui-views = Panels
ui-views-session = Session
ui-views-explain = Explain
ui-views-diagram = Diagram
ui-views-guide = Steps
ui-views-troubles = { $count ->
    [1] 1 problem
   *[other] {$count} problems
}

ui-aside = Views
ui-aside-diagram = State diagram
ui-aside-network = Network
ui-diagram = {$protocol} states
ui-diagram-label = {$protocol} states; current: {$state}
ui-you-are-here = you are here
ui-twin = You are in {$state}. Legal now: {$verbs}.
ui-twin-moves = {$verb} (leads to {$state})
ui-twin-nothing = You are in {$state}. No command is legal now.
ui-key-now = now
ui-key-taken = taken
ui-key-open = open to you
ui-key-shut = not from here
ui-key-fault = a fault
ui-draw-connect = connect
ui-draw-again = again
ui-draw-cut = cut
ui-draw-line-cut = line cut:
ui-draw-nothing-deleted = nothing is deleted
ui-draw-goodbye = goodbye
ui-draw-anywhere = anywhere
ui-draw-obsolete = obsolete

## Explanation

ui-explain = Explanation
ui-explain-empty = Every line is explained here, as soon as there is one.
ui-line-greeting = Line {$number}, the greeting
ui-line-letter = Line {$number}, of a letter
ui-line-letter-end = Line {$number}, the end of the letter
ui-line-login = Line {$number}, your answer
ui-line-command = Line {$number}, your `{$verb}`
ui-line-reply = Line {$number}, the reply to `{$verb}`
ui-line-yours = Line {$number}, yours
ui-line-letter-reply = Line {$number}, the reply to your letter
ui-line-login-reply = Line {$number}, the reply to your answer
ui-line-servers = Line {$number}, the server's
ui-reply-code = Reply code
ui-enhanced-code = Enhanced code
ui-code-space = space
ui-code-hyphen = hyphen
ui-order = Order
ui-order-right = Right: `{$verb}` belongs in `{$state}`.
ui-order-wrong = Out of order: `{$verb}` was not legal in `{$state}`.
ui-order-unknown = Not a command that `{$state}` knows.
ui-fate = State
ui-fate-moved = went from `{$from}` to `{$to}`
ui-fate-stayed = still `{$state}`
ui-fate-within = still `{$state}`: {$words}
ui-may-come = May come
ui-instead = Legal there
ui-rule = Rule
ui-rule-decides = decides this

## Login tools

ui-login = Login tools
ui-login-close = Close the login tools
ui-login-make = Log in
ui-login-base64 = Base64
ui-login-way = Way to log in
ui-login-user = Name
ui-login-password = Password
ui-login-reveal = Show
ui-login-put = Put into the prompt
ui-login-stays = This line is made inside your page. Nothing is kept, and nothing is sent until you press Enter at the prompt.
ui-login-offered = The server offers it.
ui-login-not-offered = **The server does not offer it.** You may try all the same.
ui-login-not-told = Whether this server takes it is not known yet.
ui-login-text = Text
ui-login-coded = Base64
ui-login-escapes = Type into either field. `\x00` stands for a NUL byte; a line feed that got in shows as `\x0a`.
ui-login-no-encryption = Base64 is not encryption: no key is needed to read it. All of this stays inside your page.
