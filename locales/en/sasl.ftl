### Logging in step by step: mechanisms, challenges, digests. Own words; the section stands in the code.
