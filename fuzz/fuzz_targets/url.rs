//! Drives `fuzz_targets::url`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::url(data));
