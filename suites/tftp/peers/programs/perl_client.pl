# A client of Net::TFTP.  perl_client.pl ADDRESS PORT get|put NAME LOCAL MODE [BLOCKSIZE]
use strict;
use warnings;
use Net::TFTP;

my ($address, $port, $verb, $name, $local, $mode, $size) = @ARGV;
my $client = Net::TFTP->new($address, Port => $port, Mode => $mode, $size ? (BlockSize => $size) : ());
my $done = $verb eq 'get' ? $client->get($name, $local) : $client->put($local, $name);
die(($client->error || 'it failed') . "\n") unless $done;
