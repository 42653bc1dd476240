#!/bin/sh
# Runs an expression of Erlang/OTP, with its application tftp, and ends with it.  erlang.sh STORE EXPRESSION [WORD]...
unpacked=$1/debian/erlang-tftp/usr/lib/erlang
expression=$2
shift 2
export HOME=/tmp ERL_CRASH_DUMP=/dev/null
# few threads, and none that waits busily: a clock that stands still has to hear from each of them
set -- +S 1:1 +SDcpu 1:1 +SDio 1 +sbwt none +sbwtdcpu none +sbwtdio none -noshell -noinput -pa "$unpacked"/lib/tftp-*/ebin -eval "$expression" -extra "$@"
if command -v erl >/dev/null; then
    exec erl "$@"
fi
# what was unpacked believes that it lies in /usr/lib/erlang
BINDIR=$(dirname "$unpacked"/erts-*/bin/erlexec)
export BINDIR ROOTDIR="$unpacked" EMU=beam PROGNAME=erl
exec "$BINDIR/erlexec" "$@"
