/* With fewer addresses (ulimit -v) the run-time, its threads or its collector fail in places where nothing can be said any more: this is said before any
   of them starts. It is linked into the native command alone. */
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

__attribute__((constructor)) static void require_addresses(void)
{
    const unsigned long long least = 1000000000;
    struct rlimit limit;
    char message[300];
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= least) return;
    int length = snprintf(message, sizeof message,
        "error: this process may have %llu MB of addresses (ulimit -v), and needs %llu MB at the least: .NET reserves more than it uses. Allow it more; to limit memory use a control group.\n",
        (unsigned long long)limit.rlim_cur / 1000000, least / 1000000);
    /* Who closed the stream hears nothing. */
    if (write(STDERR_FILENO, message, (size_t)length) < 0) _exit(1);
    _exit(1);
}
