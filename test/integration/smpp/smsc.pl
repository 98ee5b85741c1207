# An SMSC on the Net::SMPP of Perl. It tells of what it gets in lines of JSON, takes every message and sends its receipt.
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

$| = 1;
my ($port) = @ARGV;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => $port, timeout => undef) or die "cannot listen: $!";
print "listening\n";
my $count = 0;
my $json = JSON::PP->new->canonical;
while (my $session = $listener->accept) {
  $session->set_version(0x34);
  while (my $pdu = $session->read_pdu) {
    my %answer = (seq => $pdu->{seq});
    if ($pdu->{cmd} == Net::SMPP::CMD_bind_transceiver) {
      print $json->encode({ bind => { map { $_ => $pdu->{$_} } qw(system_id password system_type) } }), "\n";
      $session->bind_transceiver_resp(%answer, system_id => 'perl');
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_submit_sm) {
      $count += 1;
      print $json->encode({ submit => {
        (map { $_ => $pdu->{$_} } qw(source_addr source_addr_ton destination_addr dest_addr_ton esm_class data_coding registered_delivery validity_period)),
        message => unpack('H*', $pdu->{short_message}),
      } }), "\n";
      # the answer says the id in hexadecimal, the receipt in decimal, as some do
      $session->submit_sm_resp(%answer, message_id => sprintf('%08X', 43968 + $count));
      $session->deliver_sm(async => 1, source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr}, esm_class => 4,
        short_message => sprintf('id:%d sub:001 dlvrd:001 submit date:2611280905 done date:2611280906 stat:DELIVRD err:000 text:', 43968 + $count)) if $pdu->{registered_delivery};
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_deliver_sm_resp) {
      print $json->encode({ acknowledged => $pdu->{status} }), "\n";
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_enquire_link) {
      $session->enquire_link_resp(%answer);
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_unbind) {
      $session->unbind_resp(%answer);
      print $json->encode({ unbind => 1 }), "\n";
      last;
    }
  }
  $session->close;
}
