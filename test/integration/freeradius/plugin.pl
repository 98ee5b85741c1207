# Speaks to /validate as the FreeRADIUS plugins of the two old servers do: one request a packet, State carries the transaction id.
use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

our (%RAD_REQUEST, %RAD_REPLY, %RAD_CHECK);

use constant { REJECT => 0, FAIL => 1, OK => 2, HANDLED => 3, NOTFOUND => 6 };

my $url     = $ENV{VALIDATE_URL};
my $dialect = $ENV{VALIDATE_DIALECT};

# FreeRADIUS hands octets over as 0x3031…
sub octets { my ($text) = @_; return $text =~ /^0x([0-9a-fA-F]+)$/ ? pack('H*', $1) : $text }

sub challenge {
    my ($state, $message) = @_;
    $RAD_REPLY{'State'}         = $state;
    $RAD_REPLY{'Reply-Message'} = $message;
    $RAD_CHECK{'Response-Packet-Type'} = 'Access-Challenge';
    return HANDLED;
}

sub authenticate {
    my %form = (user => $RAD_REQUEST{'User-Name'}, pass => $RAD_REQUEST{'User-Password'}, client => '127.0.0.1');
    $form{state} = octets($RAD_REQUEST{'State'}) if defined $RAD_REQUEST{'State'};
    return $dialect eq 'linotp' ? simplecheck(%form) : check(%form);
}

# linotp-auth-freeradius-perl: three literals, compared to the letter
sub simplecheck {
    my %form = @_;
    # HTTP::Tiny encodes characters, and RADIUS carries octets
    utf8::decode($_) for values %form;
    my $answer = HTTP::Tiny->new(timeout => 10)->post_form("$url/validate/simplecheck", \%form);
    return FAIL unless $answer->{success};
    my $body = $answer->{content};
    return OK if $body eq ':-)';
    if ($body ne ':-(' && $body =~ /^:-\( (\S+) (.*)$/s) { return challenge($1, $2) }
    return $body eq ':-/' ? FAIL : REJECT;
}

# privacyidea_radius.pm: the pass is percent-encoded once before it goes into the form
sub check {
    my %form = @_;
    $form{pass} =~ s/([^A-Za-z0-9\-._~])/sprintf('%%%02X', ord($1))/ge;
    my $answer = HTTP::Tiny->new(timeout => 10, agent => 'FreeRADIUS')->post_form("$url/validate/check", \%form);
    my $json = eval { decode_json($answer->{content}) } or return FAIL;
    return OK if $json->{result}{value};
    if ($json->{result}{status}) {
        my $detail = $json->{detail};
        return challenge($detail->{transaction_id}, $detail->{message}) if defined $detail->{transaction_id};
        $RAD_REPLY{'Reply-Message'} = $detail->{message} if defined $detail->{message};
        return REJECT;
    }
    $RAD_REPLY{'Reply-Message'} = $json->{result}{error}{message};
    return $json->{result}{error}{code} == 904 ? NOTFOUND : FAIL;
}
