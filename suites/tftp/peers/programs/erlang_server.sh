#!/bin/sh
# A server of Erlang/OTP's application tftp.  erlang_server.sh STORE ADDRESS PORT ROOT
exec sh "$(dirname "$0")/erlang.sh" "$1" '
    [Address, Port, Root] = init:get_plain_arguments(),
    {ok, Ip} = inet:parse_address(Address),
    ok = application:ensure_started(tftp),
    {ok, _} = tftp:start([{port, list_to_integer(Port)}, {udp, [{ip, Ip}]},
        {callback, {"", tftp_file, [{root_dir, Root}]}}]),
    receive stop -> ok end.' "$2" "$3" "$4"
