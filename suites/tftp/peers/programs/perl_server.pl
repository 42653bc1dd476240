# A server of Net::TFTPd: a process for each request, as its manual advises.  perl_server.pl ADDRESS PORT ROOT
use strict;
use warnings;
use Net::TFTPd;

my ($address, $port, $root) = @ARGV;
my $listener = Net::TFTPd->new(LocalAddr => $address, LocalPort => $port, RootDir => $root, Writable => 1)
    or die "cannot listen: " . Net::TFTPd->error . "\n";
$SIG{CHLD} = 'IGNORE';
while (1) {
    my $request = $listener->waitRQ(3600) or next;
    next if fork;
    $request->processRQ or warn Net::TFTPd->error . "\n";
    exit;
}
