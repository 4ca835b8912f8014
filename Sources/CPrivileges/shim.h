// Calls that Swift cannot make itself: prctl(2) and syscall(2) are variadic.
#include <errno.h>

#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// No program started from here on can gain privileges. 0, or -1 with errno.
static inline int privileges_forbid_new(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/// Gives up every capability of the calling thread: capabilities(7). 0, or -1 with errno.
static inline int privileges_clear_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
  return (int)syscall(SYS_capset, &header, data);
}

/// The effective capabilities of the calling thread as a bit set, or 0 where they cannot be read.
static inline unsigned long long privileges_effective(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
  if (syscall(SYS_capget, &header, data) != 0) return 0;
  return (unsigned long long)data[1].effective << 32 | data[0].effective;
}
#else
static inline int privileges_forbid_new(void) { return 0; }
static inline int privileges_clear_capabilities(void) { return 0; }
static inline unsigned long long privileges_effective(void) { return 0; }
#endif
