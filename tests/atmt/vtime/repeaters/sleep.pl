use Socket;
socket(S, PF_INET, SOCK_DGRAM, 0);
bind(S, sockaddr_in(69, INADDR_ANY)) or die $!;
while (my $client = recv(S, my $data, 999, 0)) {
    for my $wait (1, 2, 4, 0) {
        send(S, "\0\3\0\1x", 0, $client);
        sleep $wait;
    }
}
