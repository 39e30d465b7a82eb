// libfaketime moves timers by its offset though FAKETIME_DONT_FAKE_MONOTONIC leaves their clock alone: with a
// date in the past every sleep would last for years. Loaded before it, this hands them to the kernel as they are.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old) {
  return syscall(SYS_timerfd_settime, fd, flags, new, old);
}
