### What the parts of a whole message mean, and what is wrong with it. Own words; the section stands in the code.

## Groups of header fields

group-trace = **Trace.** The postmarks of the servers on the way; the newest stands on top.
group-resent = **Resent.** A person put the message into the mail again.
group-date = **Origination date.** When it was ready to be sent. Required.
group-originator = **Originator.** Who wrote it and who sent it off; `From` is required.
group-destination = **Destination.** For whom it is, as the letter says. Where it goes is decided by the envelope.
group-identification = **Identification.** Which message it is, and which it answers.
group-informational = **Informational.** What it is about, for people to read.
group-mime = **MIME.** How the body is built: its type, its encoding.
group-list = **List.** What a mailing list says of itself.
group-authentication = **Authentication.** Signatures and checks, added by servers so that others can tell real mail from forged mail.
group-optional = **Optional fields:** from other standards, from a program, or made up.

## Pieces of a field

piece-display-name = **A name** for people. Mail goes by the address alone.
piece-group-name = **The name of a group** of addresses. Its members follow, up to the semicolon.
piece-address = **An address:** the mailbox before the `@`, the domain after it.
piece-null-path = **No sender.** Reports of failure have it, so that no report is sent about a report.
piece-route = **An old route** of servers. It is read and ignored.
piece-comment = **A comment** in round brackets. Programs pass it over.
piece-encoded-word = **An encoded-word:** letters of `{$charset}`, written in ASCII by the encoding `{$encoding}`. It says: {$text}
piece-encoded-word-unread = **An encoded-word:** letters of `{$charset}`, written in ASCII by the encoding `{$encoding}`. It is not decoded here.
piece-message-id = **A message identifier.** It looks like an address, but no mail goes there.
piece-day-name = **The weekday.** It may be left out; if it stands, it must be right.
piece-day = **Day, month, year.** The month is always an English short name.
piece-time = **The time of day** where it was written.
piece-zone = **How far the clock there is from UTC,** in hours and minutes: `+` is east. `-0000` says nothing about the place.
piece-media-type = **The media type** and its subtype.
piece-parameter-name = **A parameter,** by name.
piece-parameter-value = **The value of the parameter.** With spaces or special characters it stands in quotes.
piece-word = **The word that counts** in this field.
piece-hop-word = **The beginning of a clause:** from whom, by whom, with which protocol, under which number, for whom.
piece-hop-name = **The name of a host.** After `from` it is what the client called itself, and may be untrue.
piece-hop-value = **What the clause says.**
piece-text = **Text.**
piece-punctuation = **A separator** of the grammar.

## The protocols of a Received field

with-smtp = **SMTP,** begun with `HELO`: no extensions.
with-esmtp = **SMTP with extensions,** begun with `EHLO`. It names no login and no TLS.
with-esmtpa = **SMTP after a login.** It names no TLS.
with-esmtps = **SMTP over TLS.** It names no login.
with-esmtpsa = **SMTP over TLS after a login:** how a mail program hands in a message.
with-lmtp = **LMTP,** a relative of SMTP for the last step into the mailbox.
with-lmtpa = **LMTP after a login.**
with-lmtps = **LMTP over TLS.**
with-lmtpsa = **LMTP over TLS after a login.**
with-utf8smtp = **SMTP with `SMTPUTF8`:** addresses and header may have any letters.
with-utf8smtpa = **SMTP with `SMTPUTF8` after a login.**
with-utf8smtps = **SMTP with `SMTPUTF8` over TLS.**
with-utf8smtpsa = **SMTP with `SMTPUTF8` over TLS after a login.**
with-utf8lmtp = **LMTP with `SMTPUTF8`.**
with-utf8lmtpa = **LMTP with `SMTPUTF8` after a login.**
with-utf8lmtps = **LMTP with `SMTPUTF8` over TLS.**
with-utf8lmtpsa = **LMTP with `SMTPUTF8` over TLS after a login.**
with-http = **HTTP:** handed in on a web page. Not one of the names of the mail standards.
with-unknown = **A protocol** that we do not know: `{$name}`.

## Media types

media-default = **Plain text in ASCII,** because no type is stated.
media-text-plain = **Plain text.** It is shown as it is.
media-text-html = **A web page.** A program shows it with care: it may hold traps.
media-text-rfc822-headers = **The header of another message,** as reports send it back.
media-text = **Text.** A program that does not know the subtype can show it as plain text, if it knows the charset.
media-image = **A picture:** `{$type}`.
media-audio = **Sound:** `{$type}`.
media-video = **Moving pictures:** `{$type}`.
media-octet-stream = **Any octets.** Best saved as a file, and never run unasked.
media-postscript = **A PostScript document,** which is a program: take care.
media-application = **Data for a program:** `{$type}`.
media-mixed = **Several parts, one after the other.**
media-alternative = **The same thing in several forms.** The last one that the reader can show is the best.
media-digest = **A collection of messages.** A part without type is a whole message here.
media-parallel = **Parts to be shown at the same time.**
media-related = **Parts that belong together:** a page and its pictures, say.
media-signed = **A part and its signature.** Not a single octet of the first part may change.
media-encrypted = **A locked part,** and what is needed to unlock it.
media-report = **A report about mail:** words for people, data for programs, often the message it is about.
media-multipart = **Several parts.** A program that does not know the subtype reads it as `mixed`.
media-rfc822 = **A whole message inside,** with a header of its own.
media-partial = **One piece of a large message** that was cut up for the journey.
media-external-body = **Not the thing itself,** only where to get it.
media-delivery-status = **What became of each recipient,** field by field, for programs.
media-disposition-notification = **What the recipient did with a message,** such as showing it: field by field, for programs.
media-message = **About a message:** `{$type}`. A program that does not know the subtype keeps it as octets.
media-other = **A type that we do not know:** `{$type}`. It is best saved as a file.

## Transfer encodings

encoding-7bit = **As it is:** lines of ASCII, at most 998 octets each. This is the default.
encoding-8bit = **As it is:** lines of at most 998 octets, any letters. It travels by SMTP only where `8BITMIME` is offered.
encoding-binary = **As it is:** any octets, no lines at all. SMTP carries it only with `BINARYMIME`.
encoding-base64 = **Base64:** three octets become four letters, so the body grows by a third. It hides nothing.
encoding-quoted-printable = **Quoted-printable:** ASCII stays readable; any other octet, and `=` itself, becomes `=` and two hexadecimal digits.
encoding-uuencode = **Uuencode,** from before MIME, and never a standard of mail. Base64 took its place.
encoding-unknown = **An encoding that we do not know.** The part can only be kept as octets.

## Envelope and letter

envelope-from-author = The envelope sender `{$address}` is the author in `From`.
envelope-from-sender = The envelope sender `{$address}` is the one in `Sender`, who sent it off for the author.
envelope-from-null = The envelope has no sender: `<>`. So it is a report or an automatic message, and nobody is told when it cannot be delivered.
envelope-from-list = The envelope sender `{$address}` is not the author. A mailing list puts its own address there, so that it learns about dead addresses.
envelope-from-other = The envelope sender `{$address}` is neither in `From` nor in `Sender`. SMTP does not compare them: it may be a service that sends for the author, a message sent on, or a forgery.
envelope-to-named = The recipient `{$address}` is named in the letter too.
envelope-to-list = The recipient `{$address}` is not named in the letter: the list's address is, and the list knows its members.
envelope-to-unnamed = The recipient `{$address}` is not named in the letter: a hidden copy (`Bcc`), an alias, or unwanted mail.
envelope-named-only = `{$address}` is named in the letter but not in this envelope. It gets its copy by another transaction, or not at all.

## What is wrong with a message: the header as a whole

flaw-no-date = The message has no `Date` field, and every message needs one. The program that wrote it has to set it.
flaw-no-from = The message has no `From` field, and every message needs one. The program that wrote it has to set it.
flaw-no-message-id = The message has no `Message-ID`. Every message should have one, so that answers can refer to it.
flaw-no-sender = `From` names several people, so a `Sender` field must say who sent it off.
flaw-sender-is-from = `Sender` repeats the author. It is meant only for someone else: leave it out.
flaw-one-mailbox = `{$detail}` takes one mailbox, and here are more. Name the one who did it.
flaw-field-twice = `{$detail}` stands a second time, and it may stand once. Programs differ in what they make of two: put all of it into one.
flaw-bcc-shown = `Bcc` is still in the message, so whoever gets this copy can read the hidden recipients. Take it out before sending.
flaw-no-resent-date = Fields that begin with `Resent-` need a `Resent-Date` among them.
flaw-no-resent-from = Fields that begin with `Resent-` need a `Resent-From` among them.
flaw-no-resent-sender = `Resent-From` names several people, so a `Resent-Sender` must say who sent it on.
flaw-trace-below = A postmark stands below the author's fields. Servers put theirs on top.
flaw-no-mime-version = Here are fields of MIME, but `MIME-Version: 1.0` is missing. Without it a program need not read them.
flaw-other-mime-version = The MIME version is `{$detail}`. Only `1.0` exists.
flaw-not-a-field = This line is no header field: it has no name followed by a colon. If the body begins here, an empty line is missing before it.
flaw-mailbox-line = A line `From ` without colon comes from a mailbox file on a Unix system. It is no part of the message.
flaw-space-before-colon = There is space before the colon. Old messages had it; new ones must not.
flaw-blank-fold = This folded line holds nothing but white space. Some programs take it for the end of the header.
flaw-empty-field = `{$detail}` must have a value, and has none.
flaw-header-not-ascii = A header holds ASCII only. Other letters need an encoded-word, or a server that offers `SMTPUTF8`.
flaw-header-control = There is a control character in the header. Take it out: programs show it in different ways, or not at all.
flaw-long-line = This line has {$detail} octets; the limit is 998. Fold it at a space.
flaw-longer-than-78 = This line has {$detail} octets. Lines should stay within 78, so that every screen can show them: fold it at a space.
flaw-bare-lf = A line ends with LF alone. In a message lines end with CR and LF together, and the program that wrote it has to send both.
flaw-bare-cr = A CR stands without LF. In a message the two belong together, and the program that wrote it has to send both.
flaw-no-border = The header ends, and no empty line and no body follow it.
flaw-too-many-fields = This header has more fields than are taken apart here.

## What is wrong with a date

flaw-bad-date = This is no date. It is written like `Fri, 21 Nov 1997 09:55:06 -0600`.
flaw-wrong-weekday = The weekday is wrong: that day is `{$detail}`.
flaw-bad-day-name = `{$detail}` is no day. Days are `Mon`, `Tue`, `Wed`, `Thu`, `Fri`, `Sat`, `Sun`.
flaw-no-day-comma = A comma is missing after the weekday: `Fri, 21 Nov 1997`.
flaw-date-out-of-range = There is no such day or time, or the year is before 1900, where dates of mail begin.
flaw-short-year = The year is written short, as long ago. It is read as {$detail}; today it has four digits.
flaw-one-digit-time = Hours, minutes and seconds have two digits each, such as `09:05:06`.
flaw-no-zone = The zone is missing: `+0000` and its like. The time is read as UTC here.
flaw-named-zone = `{$detail}` is an old name of a zone. Today it is written in digits, such as `-0500`.
flaw-military-zone = The zone `{$detail}` is one letter. An old standard had those letters wrong, so it is read as `-0000`.
flaw-bad-zone = `{$detail}` is no zone with a known meaning. Write hours and minutes, such as `-0500`.
flaw-after-date = Something stands after the date. Only a comment may.

## What is wrong with addresses and identifiers

flaw-no-at-sign = `{$detail}` has no `@`, so it is no address.
flaw-bad-address = `{$detail}` is no correct address: it needs words with single dots between, an `@`, and a domain.
flaw-space-in-address = There is space or a comment within this address. That was allowed long ago; today it is written without.
flaw-no-brackets = A name stands beside the address, so the address needs angle brackets: `<{$detail}>`.
flaw-open-bracket = The angle bracket is never closed.
flaw-open-quote = The quote is never closed.
flaw-open-comment = The round bracket is never closed.
flaw-open-group = The group never ends: its semicolon is missing.
flaw-group-here = A group does not belong in `{$detail}`: name the mailboxes themselves. Only RFC 6854 lets fields of the author have one, for special cases, and many programs do not expect it.
flaw-empty-member = Nothing stands where an address is due, beside a comma. Take one comma away.
flaw-semicolon-between = Addresses are separated by commas. A semicolon ends a group.
flaw-after-address = Something stands after the address, where a comma or the end is due.
flaw-route = A route of servers stands before the address. It is obsolete, and programs ignore it: leave it out.
flaw-name-in-comment = The name stands in a comment. Better write it before the address: `Name <address>`.
flaw-bad-name = The name holds `{$detail}`, so it needs quotes around it.
flaw-dot-in-name = The name holds a dot. By the standard it needs quotes then; most programs understand it without.
flaw-name-is-address = The name looks like an address, but mail goes to the one in brackets. Forgers like this trick.
flaw-bad-identifier = This is no message identifier: it is written like `<left@right>`, without spaces.
flaw-words-among-ids = Words stand among the identifiers. They are ignored.

## What is wrong with a postmark

flaw-hop-no-date = This postmark has no date: a semicolon and a date are due at its end.
flaw-hop-no-from = This postmark does not say from whom the message came. A server that got it by SMTP has to.
flaw-hop-no-by = This postmark does not say which server wrote it, and it has to.
flaw-empty-clause = Nothing follows the word `{$detail}`.
flaw-clause-twice = The word `{$detail}` stands twice; the first one is shown.
flaw-clock-back = By its clock the message came here {$detail} seconds before the step before it. Two clocks disagree, or a line is forged.

## What is wrong with encoded-words and parameters

flaw-long-encoded-word = This encoded-word has {$detail} characters; 75 are allowed. Cut it in two with a space between.
flaw-bad-encoded-word = This encoded-word cannot be decoded. It may hold no space, and every octet and every letter in it must be complete.
flaw-encoded-word-here = No encoded-word may stand here: not within quotes, addresses or parameters, and not without white space around it.
flaw-unknown-charset = The charset `{$detail}` is not decoded here.
flaw-bad-parameter = This is no parameter: it is written `name=value`.
flaw-unquoted-value = This value holds spaces or special characters, so it needs quotes around it.
flaw-parameter-twice = The parameter `{$detail}` stands twice; the first one counts here.
flaw-last-semicolon = A semicolon at the end, with no parameter after it.
flaw-missing-piece = The value comes in numbered pieces, and `{$detail}` is missing.
flaw-no-charset-marks = The marks for charset and language are missing: such a value begins like `utf-8''`.
flaw-bad-percent = After `%` two hexadecimal digits are due.

## What is wrong with the body and its parts

flaw-bad-media-type = `{$detail}` is no media type: it is written `type/subtype`. The part is read as plain text.
flaw-unknown-encoding = `{$detail}` is no transfer encoding that the standard names. The part can only be kept as octets.
flaw-composite-encoded = `{$detail}` holds other parts, so it may not be encoded as a whole: only `7bit`, `8bit` or `binary`. The parts are encoded one by one.
flaw-needs-7bit = `{$detail}` must travel as `7bit`, so that it can pass everywhere. Encode what it holds before it is cut up or pointed to.
flaw-weaker-outside = This part says `{$detail}`, but the whole around it promises less. One of the two is wrong.
flaw-no-boundary = A multipart needs the parameter `boundary`. Without it the parts cannot be found.
flaw-long-boundary = The boundary has {$detail} characters; 70 are allowed.
flaw-bad-boundary = The boundary holds characters that it may not have, or ends with a space.
flaw-boundary-not-found = The boundary `{$detail}` stands nowhere in the body, so there are no parts.
flaw-boundary-goes-on = This line begins with the boundary and goes on. Some programs take it for a boundary line; this one does not.
flaw-no-last-boundary = The last boundary line, `--{$detail}--`, is missing. The message may have been cut off.
flaw-part-no-border = The text of this part begins without an empty line. After the boundary line come the part's fields, then an empty line, even if there are no fields.
flaw-too-many-parts = There are more parts than are taken apart here.
flaw-too-deep = Parts stand within parts {$detail} deep. Here the taking apart ends.
flaw-8bit-in-7bit = An octet above 127 stands in a part that promises `7bit`. A server on the way may spoil it: declare `8bit`, or encode the part.
flaw-nul = A NUL stands in the body. Only `binary` may have it.
flaw-long-body-line = This line has {$detail} octets; the limit is 998, unless the part is `binary`. Break the line, or encode the part.
flaw-not-in-charset = These octets are no text in the charset `{$detail}`. The part names the wrong charset, or was damaged.
flaw-uuencoded = Here a file begins that `uuencode` wrote, the way of the time before MIME.
flaw-base64-letter = Here stands a character that base64 does not have. Programs pass over it, but it may be a sign of damage.
flaw-base64-cut = The base64 does not end with a full group of four letters. Something is missing, or padding is wrong.
flaw-base64-after-padding = Letters follow the padding `=`. The data ended there.
flaw-encoded-line-too-long = This encoded line has more than 76 characters.
flaw-bad-escape = After `=` two hexadecimal digits are due, or the end of the line.
flaw-raw-octet = An octet above 127 stands in quoted-printable, where it should be `=` and two digits.
flaw-lower-case-hex = The hexadecimal digits are in small letters; the standard has capitals.

