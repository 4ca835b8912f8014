// The one step that Swift's vectors lack: from sixteen bytes to sixteen bits. It is a single instruction on x86.
typedef unsigned char byte_flags_vector __attribute__((ext_vector_type(16)));
typedef _Bool byte_flags_mask __attribute__((ext_vector_type(16)));

/// The highest bit of each byte, that of the first byte the lowest.
static inline __attribute__((always_inline)) unsigned short byte_flags_high(byte_flags_vector bytes) {
  union {
    byte_flags_mask mask;
    unsigned short bits;
  } flags;
  flags.mask = __builtin_convertvector(bytes >> 7, byte_flags_mask);
  return flags.bits;
}
