#include <netinet/in.h>
#include <unistd.h>

int main(void) {
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(69)}, client;
    if (bind(s, (struct sockaddr *)&at, sizeof at)) return 1;
    for (;;) {
        char data[999];
        socklen_t size = sizeof client;
        recvfrom(s, data, sizeof data, 0, (struct sockaddr *)&client, &size);
        for (int wait = 1; wait < 16; wait *= 2) {
            sendto(s, "\0\3\0\1x", 5, 0, (struct sockaddr *)&client, size);
            if (wait < 8) sleep(wait);
        }
    }
}
