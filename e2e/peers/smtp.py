"""Sends a message with Python's smtplib, as strictly as smtplib is. Prints what was offered; fails loudly."""

import argparse
import smtplib
import ssl
from email.message import EmailMessage

options = argparse.ArgumentParser()
options.add_argument("--port", type=int, required=True)
options.add_argument("--cafile")
options.add_argument("--tls", choices=["none", "starttls", "inside"], default="none")
options.add_argument("--login", choices=["yes", "no"], default="no")
options.add_argument("--user", default="ada")
options.add_argument("--password", default="lovelace")
options.add_argument("--to", default="grace@example.test")
options.add_argument("--subject", default="By smtplib")
options = options.parse_args()

context = ssl.create_default_context(cafile=options.cafile) if options.tls != "none" else None
host = {"local_hostname": "client.example.test", "timeout": 20}
if options.tls == "inside":
    server = smtplib.SMTP_SSL("localhost", options.port, context=context, **host)
else:
    server = smtplib.SMTP("localhost", options.port, **host)

server.ehlo_or_helo_if_needed()
if options.tls == "starttls":
    assert server.has_extn("starttls"), server.esmtp_features
    server.starttls(context=context)
    server.ehlo()
    assert not server.has_extn("starttls"), "STARTTLS is offered again inside TLS"
if options.login == "yes":
    assert server.has_extn("auth"), server.esmtp_features
    server.login(options.user, options.password)
print(sorted(server.esmtp_features))

message = EmailMessage()
message["From"] = f"{options.user}@example.test"
message["To"] = options.to
message["Subject"] = options.subject
message.set_content("A line.\n.\n..dots\n.end\n")
refused = server.send_message(message)
assert not refused, refused

code, answer = server.docmd("NOOP")
assert code == 250, (code, answer)
code, answer = server.docmd("RCPT", "TO:<ada@example.test>")
assert code == 503, ("RCPT without MAIL", code, answer)
code, answer = server.quit()
assert code == 221, (code, answer)
