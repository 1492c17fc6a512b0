// tools/smscsim/help.cpp - see help.hpp. The commands are parsed in script.cpp, mo.cpp and
// receipts.cpp.
#include "tools/smscsim/help.hpp"

namespace smppd::smscsim {

const char* const main_help = R"(Examples:
  smscsim serve                              an SMSC on 127.0.0.1:2775 that takes every bind
  smscsim client --connect 127.0.0.1:2775 --system-id me
                                             an ESME that shows what arrives
"smscsim serve --help" and "smscsim client --help" tell the commands of scripts and standard input.

Exit codes: 0 all was well, 1 something was not answered ESME_ROK or not as expected, 2 usage.
)";

const char* const serve_help =
    R"(Commands, one a line, in a script or on standard input ("#" starts a comment):
  mo from=ADDR to=ADDR text="..."   a message to the ESME, to the binds that take messages in turn
     octets=HEX                     in place of text
     coding=auto|gsm7|packed|latin1|ucs2|octets
     parts=udh8|udh16|sar|payload|none   how a long text is carried (udh8)
     size=N                         characters a part, to cut short texts too
     order=2,1,3 drop=2 duplicate=1 which parts are sent, in which order, twice
     delay=200ms                    between parts
     ref=N                          reference of the parts
     count=N rate=N                 so many messages, so many a second; {n} in from, to and text
                                    counts them
     tlv=1400:4131                  tag and value in hexadecimal, may be repeated
     data_coding=N esm_class=N source_ton=N source_npi=N dest_ton=N dest_npi=N
     protocol_id=N priority=N registered=N service_type=W validity_period=W
     schedule_delivery_time=W       fields as they are, 0x.. or decimal
     as=data_sm                     data_sm in place of deliver_sm
     system_id=W                    only to binds of this system_id
  receipt id=ID [stat=DELIVRD] [err=000] [form=both|text|tlv] [from= to= sub= dlvrd= text=
     submit_date= done_date= tlv= system_id=]    a delivery receipt
  pdu HEX...                        octets as they are, to the first bind that takes messages
  wait 2s | wait bound [N] | wait unbound | wait idle | wait submitted N  [within 10s]
                                    idle: all that was sent has its final answer
  expect answered|idle|bound [N]|unbound|submitted N  [within 10s]
                                    like wait; what does not come is a failure (exit code 1)
  fault throttle                    submissions are answered ESME_RTHROTTLED
  fault slow 2s                     answers come late
  fault silent                      enquire_link is answered, nothing else; no messages
  fault half-open                   connections stand and are dead, new ones too
  fault reject-binds [STATUS]       binds are refused (ESME_RBINDFAIL)
  fault drop | garbage | unbind     at once, on all links: reset, noise, unbind
  fault none                        ends the lasting ones
  outbind HOST:PORT [system_id=W] [password=W]
  quit

A message answered with a retry status is sent again after --retry with a new sequence_number; one
that is unanswered when its link is lost is sent again on the next bind.

Events: listening connected bind bind_refused unbind link_closed mo_sent mo_answered mo_timed_out
mo_lost submit query_sm cancel_sm replace_sm receipt_sent receipt_answered pdu_sent fault error
script_done

Examples:
  smscsim serve --system-id smppd --password-file secret
  echo 'mo from=447700900900 to=447700900101 text="Your code is 482913"' |
      smscsim serve --once --script - --json
  smscsim serve --once --script test.sms --id-base hex --receipt-id-base dec --receipt-form text
)";

const char* const client_help =
    R"(Commands, one a line, in a script or on standard input ("#" starts a comment):
  submit from=ADDR to=ADDR text="..." [registered=1]   all fields of "mo" in "smscsim serve --help"
  query id=ID [from=ADDR]           query_sm
  cancel id=ID [from=ADDR] [to=ADDR]   cancel_sm
  pdu HEX...                        octets as they are
  wait 2s | wait bound | wait unbound | wait idle | wait received N  [within 10s]
  expect answered|idle|bound|unbound|received N  [within 10s]
                                    what does not come is a failure (exit code 1)
  unbind                            and bind again, unless --no-reconnect
  quit

Long messages are shown once, put together; with --parts each, part by part as they come. Each PDU
is answered by itself either way.

Events: bind bind_refused not_connected link_closed message part receipt submit_sent
submit_answered submit_timed_out submit_lost query_sm_resp cancel_sm_resp error

Examples:
  smscsim client --connect 127.0.0.1:2775 --system-id demo --password-file secret
  smscsim client --connect smsc.example:3550 --tls --system-id demo --password-env SMSC_PASSWORD
  smscsim client --connect 127.0.0.1:2775 --system-id demo --json --count 10 --for 30s
  smscsim client --connect 127.0.0.1:2775 --system-id demo --answer ESME_RMSGQFUL
)";

}  // namespace smppd::smscsim
