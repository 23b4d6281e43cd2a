### What the parts of a message mean: header fields, MIME, transfer encodings. Own words; the section stands in the code.

## Header fields

field-date = **When it was ready to be sent,** by the clock of who wrote it. Every message needs it.
field-from = **Who wrote it.** Every message needs it; it need not equal the envelope sender.
field-sender = **Who sent it off,** if not the author. Needed when `From` names several people.
field-reply-to = **Where answers go,** if not to the author.
field-to = **For whom it is,** as the letter says. `RCPT` decides where it goes.
field-cc = **Who gets a copy,** for everybody to see.
field-bcc = **Who gets a copy** unseen by the others: so it must not stand in what they get.
field-message-id = **Name of this message,** meant to be the only one of its kind in the world.
field-in-reply-to = **What it answers,** by message identifier.
field-references = **The thread so far,** by message identifiers.
field-subject = **What it is about,** in the author's words.
field-comments = **A remark** on the text of the message.
field-keywords = **Words to find it by,** with commas between.
field-received = **A postmark.** Each server on the way adds one on top.
field-return-path = **The envelope sender,** written down at final delivery. Reports of failure go there.
field-resent-date = **When it was sent on.** Needed when any `Resent` field stands.
field-resent-from = **Who sent it on.** Needed when any `Resent` field stands; answers still go to the author.
field-resent-sender = **Who did the sending on,** for those in `Resent-From`.
field-resent-to = **To whom it was sent on.**
field-resent-cc = **Who got a copy** when it was sent on.
field-resent-bcc = **Who got a hidden copy** when it was sent on.
field-resent-message-id = **The name of this sending on.** The message keeps its own `Message-ID`.
field-resent-reply-to = **Obsolete.** A field for answers to who sent it on; programs do not use it.
field-mime-version = **This message is built by MIME.** The version is always `1.0`. It stands once, in the main header; a whole message inside has its own.
field-content-type = **What the body is:** a type, a subtype, and parameters such as the charset or the boundary.
field-content-transfer-encoding = **How the body was packed** for the journey. Without this field it is `7bit`.
field-content-id = **The name of this part,** so that another part can point to it.
field-content-description = **What this part is,** in words for people.
field-content-disposition = **How to show this part:** `inline` in place, `attachment` as a file on demand.
field-content-language = **The language** of the text.
field-content-location = **An address on the web** that stands for this part, so that another part can point to it.
field-content-md5 = **A digest of the body,** to notice damage on the way. Rarely used today.
field-content-unknown = **About the body.** `{$name}` begins with `Content-`, so it belongs to MIME; we do not know more of it.
field-list-id = **Which mailing list** it came through.
field-list-help = **Where to find help** for the list.
field-list-unsubscribe = **How to leave the list.**
field-list-unsubscribe-post = **Leave with one click:** once you agree, a program asks the web address in `List-Unsubscribe` without opening a page.
field-list-subscribe = **How to join the list.**
field-list-post = **Where to write to the list.** `NO` means that nobody may.
field-list-owner = **Who looks after the list.**
field-list-archive = **Where old messages** of the list are.
field-precedence = **Mass mail or not:** `bulk`, `list`, `junk`. Not standard, but many automatic answers stay silent when they see it.
field-dkim-signature = **A signature of a domain** that answers for the message, over the body and some fields. Its public key is in the DNS.
field-authentication-results = **What a server found** when it checked signatures and sender. Trust only the one that your own server wrote.
field-received-spf = **Whether the sending host may send** for the domain of the envelope sender, or for the name in `EHLO`.
field-arc = **A seal of a server that passed it on:** the `ARC` fields keep earlier checks when a list changes the message.
field-delivered-to = **The mailbox it was delivered to.** Also helps to notice loops.
field-original-to = **The recipient as first named,** before the server looked up whose mailbox that is. Not standard.
field-auto-submitted = **Whether a program wrote it.** Programs do not answer such mail, so that no two of them talk for ever.
field-disposition-notification-to = **Please tell me when it was read.** The reader may say no.
field-importance = **How important or urgent** the author finds it.
field-sensitivity = **How private** the author finds it. It protects nothing.
field-program = **The program** that wrote the message.
field-mailbox-file = **A habit of mailbox files.** A program that keeps mail in a file wrote it there for itself; it should not travel, and no standard describes it.
field-x = **A field of someone's own.** Names with `X-` were meant for private use; nothing standard is said about `{$name}`.
field-unknown = **Another field.** RFC 5322 does not describe `{$name}`; other standards or a program may.

## Line by line

problem-field-twice = `{$detail}` stands a second time, and it may stand once. Programs differ in what they make of two: put all of it into one.
problem-bcc-sent = `Bcc` stays in the message you send, so all who get it can read it. Leave it out: `RCPT` alone decides who gets a copy.
problem-return-path-sent = `Return-Path` is written by the server that delivers the message, from the address in `MAIL`. Leave it out of what you send.
problem-header-not-ascii = A header holds ASCII only, unless `SMTPUTF8` was agreed. Other letters are written as an encoded-word.
