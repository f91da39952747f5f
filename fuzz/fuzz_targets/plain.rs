#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| zhike_fuzz::read("a.txt", bytes));
