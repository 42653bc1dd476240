#!/usr/bin/env escript
main(_) ->
    {ok, S} = gen_udp:open(69, [binary, {active, true}]),
    serve(S).

serve(S) ->
    receive {udp, S, Address, Port, _} -> spawn(fun() -> repeat(S, Address, Port, [1, 2, 4, 0]) end) end,
    serve(S).

repeat(_, _, _, []) -> ok;
repeat(S, Address, Port, [Wait | Rest]) ->
    gen_udp:send(S, Address, Port, <<0, 3, 0, 1, "x">>),
    receive after 1000 * Wait -> ok end,
    repeat(S, Address, Port, Rest).
