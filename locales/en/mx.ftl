### Who takes mail for a domain: what a mail program makes of the answers of the DNS.

## The panel

ui-mx-asking = Asking about {$domain}…
ui-mx-preference = preference {$count}
ui-mx-print = What nslookup prints
ui-mx-order = The servers in the order they are tried
ui-mx-use = Use
ui-mx-use-host = Put {$host} and port 25 into the form

## The domain

mx-one = **One server takes this mail.** A mail program connects to its port 25. The addresses of the domain itself do not count, because there is an MX record.
mx-order = **The lowest number comes first.** A mail program tries that server, and the next ones only while it cannot reach those before. The addresses of the domain itself do not count, because there are MX records.
mx-equal = **Equal numbers share the work:** a mail program takes these servers in random order.
mx-null = **This domain takes no mail, and says so:** one MX record with preference 0 and an empty name, written as a dot (null MX). A mail program gives up at once and tells the sender, instead of trying for days.
mx-null-beside = **These records contradict each other:** one says that the domain takes no mail, so no other may stand beside it.
mx-implicit = **No MX record, so the domain stands for itself:** it counts as its own mail server, with preference 0 (implicit MX).
mx-nothing = **No server takes this mail:** the name has neither an MX record nor an address. A mail program must report that as an error.
mx-unusable = **None of these servers can be used.** A mail program must report that as an error; it may not fall back on an address of the domain itself.
mx-no-such-name = **There is no such domain.** A mail program must report that as an error: the letter goes back to its sender.
mx-failed = **The name server failed, so nobody knows.** That may pass: a mail program keeps the letter and tries again later.
mx-silent = **No name server answered, so nobody knows.** That may pass: a mail program keeps the letter and tries again later.
mx-alias = **The name is an alias (CNAME).** The look-up goes on with `{$name}`, as if that had been asked for.
mx-left-out = { $count ->
    [one] One more record is not shown.
   *[other] {$count} more records are not shown.
}
mx-practice = This is the practice zone: no name server was asked. Names that end in `.test` are kept for trying things out.

## A host

mx-host-alias = The host of an MX record must not be an alias; this one stands for `{$name}`. Many mail programs go on all the same, some do not.
mx-host-no-address = This host has no address, so it cannot take mail. The host of an MX record must have one at least.
mx-host-no-such-name = There is no host of this name.
mx-host-unknown = Its addresses are not known: the name server failed or did not answer. That may pass.
mx-host-no-name = An MX record must name a host. An address, or what no host can be called, is of no use here.
mx-host-inside = Its addresses are not on the public internet, so they are not shown.
mx-host-imagined = This server exists in the story only: of the practice zone's servers you can reach `mail.example.test`.
mx-host-closed = This page cannot connect there yet. Its operator can allow it: `mailspeak serve --allow {$host}:25`

## When nobody was asked

mx-not-asked = **Not looked up.** This page asks only about the practice zone and the domains of servers its operator allowed, so that nobody can use it to question name servers: `mailspeak serve --allow host:25`
mx-bad-name = **Not looked up:** this is not the name of a domain.
mx-number = An address between brackets, as in `ada@[192.0.2.7]`, is the server itself: nothing has to be looked up for it.
mx-character = A domain is made of letters, digits and hyphens, with dots between its parts.
mx-too-fast = **Not looked up:** too many look-ups in a short time. Try again in {$seconds} s.
mx-busy = **Not looked up:** too many others are asking at this moment. Try again soon.
mx-no-proxy = **Not looked up.** A browser cannot ask name servers for MX records, and no proxy answers behind this page. Without one it knows the practice zone only.
mx-practice-lost = **Not looked up:** the practice zone could not be fetched. Try once more.
