//! Pure text work: normalising, segmenting, telling languages apart, sentences. No I/O, no models.
