### Logging in step by step: mechanisms, challenges, digests. Own words; the section stands in the code.

## Mechanisms

mechanism-plain = **Name and password** in one base64 answer. Not encrypted: for use under TLS.
mechanism-login = **Name, then password,** asked for one by one in base64. Never standardised, not encrypted.
mechanism-cram-md5 = **Challenge and digest.** An MD5 keyed with the password answers; the password is not sent.
mechanism-digest-md5 = **Challenge and digest** with many options. The password is not sent. History since 2011: too complicated to be made alike, and too weak.
mechanism-scram = **Salted challenge.** You prove that you know the password without sending it, and the server proves that it holds your login data.
mechanism-scram-plus = **Salted challenge, bound to TLS.** As without `-PLUS`, and the proof counts in this one TLS connection alone.
mechanism-external = **Known already.** The server takes the identity from elsewhere, for example from your certificate in TLS; no password is sent.
mechanism-anonymous = **No account.** Anyone may enter; the answer is a trace for the operator and no secret.
mechanism-gssapi = **Kerberos version 5.** A ticket proves who you are; no password is sent.
mechanism-kerberos = **Kerberos version 4.** Tickets instead of a password; the example of RFC 1734, obsolete today.
mechanism-ntlm = **Windows login.** Microsoft's own challenge and response, no Internet standard. The password is not sent, but its digest is weak.
mechanism-oauthbearer = **A token, no password.** Your provider issues it; whoever reads it can use it until it expires.
mechanism-xoauth2 = **A token, no password.** Google's form of it, never standardised; whoever reads the token can use it until it expires.
mechanism-unknown = **A rarer mechanism.** We do not know `{$name}`; the server decides whether it does.

## Reading: AUTH and challenges

sasl-begin-plain = **Then the server waits.** Its challenge is empty; you answer with one line of base64 that holds name and password.
sasl-begin-login = **Then the server asks twice:** for your name and for your password. Each answer is one line of base64.
sasl-begin-cram-md5 = **Then the server sends a challenge,** new every time. Your answer is a digest of it.
sasl-begin-other = **Then challenges and answers follow,** in base64, until the server says yes or no.
sasl-challenge-empty = **An empty challenge.** The mechanism lets the client begin, so the server only waits.
sasl-challenge-decoded = **Take the challenge out of base64.** It says:
sasl-next-plain = **Your answer:** nothing or another name, a NUL, your name, a NUL, the password; all of it in base64.
sasl-login-asks-name = **It asks for your name.** Send it in base64.
sasl-login-asks-password = **It asks for your password.** Send it in base64; without TLS anyone on the way can decode it.
sasl-login-asks-something = **It asks for something else.** `LOGIN` has no standard, so its prompts are the server's own.
sasl-next-cram-md5 = **Your answer:** your name, a space, and the HMAC-MD5 of this challenge with the password as key; all of it in base64.
sasl-next-oauthbearer = **The token was refused,** and this is why. Answer with `AQ==` or `*`, then the server ends the login.
sasl-next-xoauth2 = **The token was refused,** and this is why. Answer with an empty line, then the server ends the login.
sasl-next-other = **What follows is made by programs.** `*` cancels the login.

## Reading: answers

sasl-decoded = **Take the answer out of base64.** It says:
sasl-empty-answer = **An empty answer.** It holds no data.
sasl-plain-no-other = **Before the first NUL: nothing.** You act in your own name.
sasl-plain-other = **Before the first NUL: another name.** You want to act as this user, with a name and password of your own.
sasl-plain-name = **Between the NULs: your name,** whose password follows.
sasl-plain-password = **After the second NUL: the password.** Hidden here; base64 hides nothing.
sasl-login-name = **Take your name out of base64.** It says:
sasl-login-password = **This is the password in base64.** Hidden here; without TLS anyone on the way can decode it.
sasl-cram-name = **Before the last space: your name.**
sasl-cram-digest = **After it: the digest,** 32 hex digits. The server computes it too, and compares.
sasl-hidden-answer = **The mechanism's own message.** It may hold a secret, so it is hidden here.
sasl-next-password = **Next** the server asks for the password.
sasl-next-verdict = **Next** the server says whether you are in.
sasl-apop-checked = **The digest must be** the MD5 of the greeting's timestamp and your password after it. The server computes the same and compares. The timestamp:

## Attributes of SCRAM

sasl-scram-n = **Your name.**
sasl-scram-r = **Nonce:** random letters of the client, to which the server adds its own. New in each login.
sasl-scram-s = **Salt,** in base64: it makes equal passwords differ.
sasl-scram-i = **Iteration count:** how often the password is hashed, to make guessing slow.
sasl-scram-c = **Channel binding:** the head of the first message again, and what ties the login to TLS, if anything does.
sasl-scram-p = **Client proof.** It shows that you know the password, and differs in each login.
sasl-scram-v = **Server signature.** It shows that the server holds this user's login data.
sasl-scram-e = **Error:** why the server refuses.
sasl-scram-other = **A rarer attribute.**

## Making a line

sasl-way-user-pass = **In plain text,** the oldest way. Without TLS anyone on the way can read the password.
sasl-way-apop = **A digest of the greeting.** The password is not sent, but MD5 is weak today: use it with TLS.
sasl-make-user = **Your name** after the verb, as it is.
sasl-make-pass = **The password** after the verb, as it is. Nothing hides it on the way but TLS.
sasl-make-timestamp = **Take the timestamp** from the server's greeting, with its angle brackets.
sasl-make-joined = **Put the password right behind it,** with no space between them.
sasl-make-md5 = **Take the MD5 of that,** as 32 hex digits in lower case.
sasl-make-apop = **Send the verb, your name and the digest.**
sasl-make-auth = **Name the mechanism.** The server's challenge comes next.
sasl-make-plain = **Join:** a NUL, your name, a NUL, the password. Nothing before the first NUL: you act as yourself.
sasl-make-base64 = **Write it in base64,** since a line cannot carry every byte.
sasl-make-initial = **Send it with the command,** as the initial response. It saves one round trip.
sasl-make-too-long = **Too long for one command.** Send the mechanism alone, and the answer after the empty challenge.
sasl-make-login-name = **Your name in base64.**
sasl-make-login-password = **The password in base64.** It is spelled another way, not encrypted.
sasl-make-challenge = **Take the challenge out of base64.**
sasl-make-key = **Fill the password up with zero bytes** to 64 bytes: this is the key, here in hex.
sasl-make-long-key = **Longer than 64 bytes,** so its MD5, filled up with zero bytes, is the key. Here in hex.
sasl-make-inner-key = **Inner key:** each byte of the key XOR `0x36`.
sasl-make-inner = **Inner digest:** the MD5 of the inner key and the challenge.
sasl-make-outer-key = **Outer key:** each byte of the key XOR `0x5c`.
sasl-make-outer = **Outer digest:** the MD5 of the outer key and the inner digest. This is the HMAC-MD5.
sasl-make-cram-md5 = **Join:** your name, a space, the digest.

sasl-then-pass = When the server says `+OK`, come back here for `PASS`.
sasl-then-name = The server asks for your name next; come back here for the answer.
sasl-then-password = The server asks for the password next; come back here for the answer.
sasl-then-plain = The server sends an empty challenge next; come back here for the answer.
sasl-then-challenge = The server sends its challenge next; come back here for the answer.
sasl-then-verdict = After this line the server says whether you are in.

sasl-lacks-name = Type your name, and the line is made here.
sasl-lacks-password = Type your password, and the line is made here. It stays in this page.
sasl-lacks-text = Name and password must be text of one line.
sasl-lacks-timestamp = The server's greeting has no timestamp, so `APOP` is not possible here.
sasl-lacks-hello = Say `EHLO` first: logging in is an extension of SMTP.
sasl-lacks-reply = Wait for the server: its reply decides what comes next.
sasl-lacks-recipe = This mechanism is made by programs. `*` cancels it; then choose another.
sasl-lacks-place = There is nothing to log in to now. A login comes before mail is read or sent, once in a session.

## What is wrong with an answer

problem-base64-padding = The `=` at the end are not right. Base64 comes in groups of four: fill the last group up with one or two `=`.
problem-base64-space = White space has no place in base64. Write it in one piece.
problem-base64-url = `-` and `_` belong to the base64 of web addresses. Mail uses `+` and `/` in their place.
problem-base64-bits = The last letter before the `=` carries bits that belong to nothing. A strict server refuses this: encode it again.
problem-base64-newline = What you encoded ends in a line feed, and it counts as part of the name or password. `echo` adds one: use `printf`, or `echo -n`.
problem-empty-mark = `=` stands for an empty initial response, on the line of `AUTH` alone. Here an empty answer is an empty line.
problem-server-first = In this mechanism the server speaks first, and it must refuse an answer that comes with `AUTH`. Send `AUTH` and the mechanism alone.
problem-plain-form = This is no answer of `PLAIN`: it needs two NUL bytes, with your name between them and the password after them.
problem-cram-form = This is no answer of `CRAM-MD5`: it needs your name, a space, and 32 hex digits in lower case.
problem-not-encoded = What comes out of this base64 is no text. Perhaps it was sent as it is: encode it first.
problem-name-again = This is the name once more, and the server asks for the password now: send that, in base64.
problem-challenge-not-base64 = The server's challenge must be base64, and this is not. A client must cancel such a login with `*`.
