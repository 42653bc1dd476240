/* Closing: the clock's descriptor survives what daemons do to all that they have, for the next exec needs it. */
#include "shim.h"

#include <dlfcn.h>
#include <unistd.h>

EXPORT int close(int fd)
{
    if (protected_descriptor(fd))
        return answer(-EBADF); /* the program never opened it */
    forget_timer_of(fd);
    return answer(kernel(SYS_close, fd));
}

EXPORT int close_range(unsigned first, unsigned last, int flags)
{
    for (unsigned fd = first; page() && fd <= last && fd < 65536; fd++)
        if (protected_descriptor((int)fd)) {
            int failed = fd > first ? answer(kernel(SYS_close_range, first, fd - 1, flags)) : 0;
            return failed || fd == last ? failed : answer(kernel(SYS_close_range, fd + 1, last, flags));
        }
    return answer(kernel(SYS_close_range, first, last, flags));
}

EXPORT void closefrom(int first)
{
    close_range((unsigned)(first < 0 ? 0 : first), ~0U, 0);
}
