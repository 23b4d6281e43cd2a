### The connection below the dialogue: TLS, certificates, names, limits, refusals.
