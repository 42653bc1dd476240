#!/bin/sh
# Tells ptftp, which takes commands from its input.  ptftp_client.sh PTFTP get|put NAME LOCAL [WORD]...
# It knows no local name, so that the file is renamed, and its exit status is always 0: what it says decides.
ptftp=$1 verb=$2 name=$3 local=$4
shift 4
[ "$local" = "$PWD/$name" ] && local=$name
[ "$verb" = put ] && [ "$local" != "$name" ] && cp "$local" "$name"
said=$(printf '%s\n' "$verb $name" quit | "$ptftp" "$@" 2>&1)
echo "$said"
case $said in *"Transfer complete"*) ;; *) exit 1 ;; esac
[ "$verb" = put ] || [ "$local" = "$name" ] || mv "$name" "$local"
