#!/usr/bin/env escript
%% The rows in Erlang. `local`: all in one node. `server`: answers under the name `server`, and prints `ready`.
%% `client NODE`: asks there. Prints one line "row microseconds-per-operation" each.
-mode(compile).

-define(ACTORS, 2).
-define(BATCH, 1000).

main(["server"]) ->
    %% One process that answers, and one that starts further ones for whoever asks.
    register(server, spawn(fun() -> serve(0) end)),
    register(starter, spawn(fun starter/0)),
    io:format("ready~n"),
    receive never -> ok end;
main(["local", Repeats, Trips, Flights, Tells]) ->
    Start = fun() -> spawn(fun() -> serve(0) end) end,
    rows(Start, numbers([Repeats, Trips, Flights, Tells]));
main(["client", Node, Repeats, Trips, Flights, Tells]) ->
    Starter = {starter, list_to_atom(Node)},
    true = net_kernel:connect_node(list_to_atom(Node)),
    Start = fun() -> Starter ! {self(), start}, receive {started, Pid} -> Pid end end,
    rows(Start, numbers([Repeats, Trips, Flights, Tells])).

numbers(Texts) -> [list_to_integer(Text) || Text <- Texts].

starter() ->
    receive {From, start} -> From ! {started, spawn(fun() -> serve(0) end)}, starter() end.

serve(Told) ->
    receive
        {ask, From, Ref, _Argument} -> From ! {Ref, 7}, serve(Told);
        {tell, _Value} -> serve(Told + 1);
        {told, From, Ref} -> From ! {Ref, Told}, serve(Told)
    end.

rows(Start, [Repeats, Trips, Flights, Tells]) ->
    Servers = [Start() || _ <- lists:seq(1, ?ACTORS)],
    [First | _] = Servers,
    print("ask_round_trip", Repeats, Trips, fun() -> trips(First, Trips) end),
    print("1_1_actor_calls_async", Repeats, ?BATCH, fun() -> batch([First], ?BATCH, none) end),
    print("asks_100_in_flight", Repeats, Flights, fun() -> flights(First, Flights, 100) end),
    print("tells_batched", Repeats, Tells, fun() -> tells(First, Tells) end),
    print("1_n_actor_calls_async", Repeats, ?ACTORS * ?BATCH, fun() -> batch(Servers, ?ACTORS * ?BATCH, none) end),
    print("n_n_actor_calls_async", Repeats, ?ACTORS * ?BATCH,
          fun() -> together([fun() -> batch(Servers, ?BATCH, none) end || _ <- Servers]) end),
    print("n_n_actor_calls_with_arg_async", Repeats, ?ACTORS * ?BATCH,
          fun() -> together([fun() -> batch([Server], ?BATCH, #{values => [1]}) end || Server <- Servers]) end).

%% Median of the repeats, after as many that do not count.
print(Row, Repeats, Count, Work) ->
    [Work() || _ <- lists:seq(1, Repeats)],
    Times = lists:sort([nanoseconds(Work) || _ <- lists:seq(1, Repeats)]),
    Median = lists:nth((Repeats + 1) div 2, Times),
    io:format("~s ~.4f~n", [Row, Median / 1000 / Count]).

nanoseconds(Work) ->
    Before = erlang:monotonic_time(nanosecond),
    Work(),
    max(1, erlang:monotonic_time(nanosecond) - Before).

ask(Server, Argument) ->
    Ref = make_ref(),
    Server ! {ask, self(), Ref, Argument},
    Ref.

answer(Ref) -> receive {Ref, 7} -> ok end.

trips(_Server, 0) -> ok;
trips(Server, Left) -> answer(ask(Server, none)), trips(Server, Left - 1).

batch(Servers, Count, Argument) ->
    Turns = lists:zip(lists:seq(1, Count), lists:flatten(lists:duplicate(Count div length(Servers), Servers))),
    lists:foreach(fun answer/1, [ask(Server, Argument) || {_, Server} <- Turns]).

flights(Server, Count, Width) ->
    Refs = [ask(Server, none) || _ <- lists:seq(1, Width)],
    fly(Server, Count - Width, queue:from_list(Refs)).

fly(_Server, 0, Refs) -> lists:foreach(fun answer/1, queue:to_list(Refs));
fly(Server, Left, Refs) ->
    {{value, Oldest}, Others} = queue:out(Refs),
    answer(Oldest),
    fly(Server, Left - 1, queue:in(ask(Server, none), Others)).

tells(Server, Count) ->
    Before = told(Server),
    [Server ! {tell, Index} || Index <- lists:seq(1, Count)],
    Count = told(Server) - Before.

told(Server) ->
    Ref = make_ref(),
    Server ! {told, self(), Ref},
    receive {Ref, Told} -> Told end.

%% Runs all at once, each in a process of its own.
together(Works) ->
    Self = self(),
    Pids = [spawn_link(fun() -> Work(), Self ! {done, self()} end) || Work <- Works],
    [receive {done, Pid} -> ok end || Pid <- Pids].
