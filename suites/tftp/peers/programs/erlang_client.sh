#!/bin/sh
# A client of Erlang/OTP's application tftp.  erlang_client.sh STORE ADDRESS PORT get|put NAME LOCAL [OPTION VALUE | use_tsize]...
store=$1
shift
exec sh "$(dirname "$0")/erlang.sh" "$store" '
    [Address, Port, Verb, Name, Local | Wishes] = init:get_plain_arguments(),
    Pairs = fun Pairs(["use_tsize" | Rest]) -> [{use_tsize, true} | Pairs(Rest)];
                Pairs([Key, Value | Rest]) -> [{Key, Value} | Pairs(Rest)];
                Pairs([]) -> [] end,
    Options = [{host, Address}, {port, list_to_integer(Port)} | Pairs(Wishes)],
    Done = case Verb of
        "get" -> tftp:read_file(Name, Local, Options);
        "put" -> tftp:write_file(Name, Local, Options)
    end,
    io:format("~p~n", [Done]),
    halt(case Done of {ok, _} -> 0; _ -> 1 end).' "$@"
