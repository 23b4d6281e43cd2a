### What the parts of a message mean: header fields, MIME, transfer encodings. Own words; the section stands in the code.
