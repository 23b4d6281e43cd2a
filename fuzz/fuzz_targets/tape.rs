//! Drives `fuzz_targets::tape`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_targets::tape(data));
