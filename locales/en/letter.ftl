### The Message view: names of its parts. What fields, parts and encodings mean is in message.ftl and anatomy.ftl.

ui-aside-message = Message
ui-show-message = Show the message taken apart
ui-msg-none = **No message yet.** `RETR` and `TOP` bring one, and `DATA` begins one of your own. It is taken apart here while it comes.
ui-msg-no-subject = Without a subject
ui-msg-whole = { $count ->
    [one] The whole message: 1 octet.
   *[other] The whole message: {$count} octets.
}
ui-msg-part-only = { $count ->
    [one] Not the whole message: 1 octet.
   *[other] Not the whole message: {$count} octets.
}
ui-msg-going-on = { $count ->
    [one] It goes on. So far 1 octet.
   *[other] It goes on. So far {$count} octets.
}
ui-msg-left-out = { $count ->
    [one] 1 more octet is in the log and not taken apart here.
   *[other] {$count} more octets are in the log and not taken apart here.
}
ui-msg-problems = { $count ->
    [one] 1 thing to say about this message
   *[other] {$count} things to say about this message
}
ui-msg-line = line {$count}
ui-msg-failed = **The letter could not be taken apart:** the page could not fetch what it needs for that. The session goes on all the same.
ui-msg-looks = What to look at
ui-msg-header = Header
ui-msg-way = Way
ui-msg-parts = Parts
ui-msg-octets = Octets
ui-msg-more = Show more ({$count} left)

## Header

ui-msg-field = {$name}, word by word
ui-msg-fold = Folded: a line that begins with a space goes on with the field.
ui-msg-reads = It reads
ui-msg-border = { $count ->
    [one] An empty line ends the header. 1 octet of body follows.
   *[other] An empty line ends the header. {$count} octets of body follow.
}
ui-msg-absent = Not here

## Envelope and way

ui-msg-envelope = The envelope
ui-msg-letter = The letter says
ui-msg-envelope-left = What the last server wrote down of it. The envelope itself is gone: POP3 hands out letters only.
ui-msg-envelope-gone = Nothing is left of it: POP3 hands out letters only.
ui-msg-no-bcc = No `Bcc`, as it should be: the envelope alone knows hidden recipients.
ui-msg-hops = Postmarks, in the order of travel
ui-msg-hops-begin = The first step is counted from `Date`, where the sender's clock stands.
ui-msg-no-hops = No postmark: no server has had it yet, or none wrote one.
ui-msg-delay-seconds = { $count ->
    [one] 1 second after the step before
   *[other] {$count} seconds after the step before
}
ui-msg-delay-minutes = {$count} minutes after the step before
ui-msg-delay-hours = {$count} hours after the step before
ui-msg-delay-days = {$count} days after the step before
ui-msg-delay-back = { $count ->
    [one] 1 second before the step before: clocks differ
   *[other] {$count} seconds before the step before: clocks differ
}

## Parts

ui-msg-tree = Parts of this message
ui-msg-tree-cut = Only the first {$count} parts are listed.
ui-msg-size = { $count ->
    [one] 1 octet
   *[other] {$count} octets
}
ui-msg-charset = Charset
ui-msg-disposition = Shown
ui-msg-filename = File name
ui-msg-decoded = Octets decoded
ui-msg-text = The text of this part, decoded
ui-msg-text-cut = Only the beginning of this text is shown.
ui-msg-source = Shown as its **source:** nothing in it is run, opened or fetched.
ui-msg-hex = The octets of this part, decoded
ui-msg-hex-about = Its octets, decoded, sixteen to a row: how many come before the row, the octets in hexadecimal, and their ASCII letters, with a dot where there is none.
ui-msg-hex-cut = { $count ->
    [one] 1 more octet is not shown.
   *[other] {$count} more octets are not shown.
}
ui-msg-base64 = Three octets become four letters
ui-msg-base64-octets = 3 octets of the part
ui-msg-base64-bits = the same 24 bits: eights above, sixes below
ui-msg-base64-sixes = 4 numbers from 0 to 63, each a letter of the table
ui-msg-base64-padding = The last group is short: `=` fills it up.
ui-msg-base64-before = Group before
ui-msg-base64-next = Next group

## Octets

ui-msg-octets-about = As they came, with dots undoubled. What cannot be printed shows as a backslash, x and two hexadecimal digits.
