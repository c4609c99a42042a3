# Run a command for a JVM, and end the command when the JVM asks for it or is gone, however it went.
#
# usage: sh -c "$(cat watchdog.sh)" watchdog LOG INPUT REMOVE GRACE COMMAND [ARGUMENT...]
#   LOG     the file that the command's output is added to
#   INPUT   the file that the command reads
#   REMOVE  the directory to remove when the JVM is gone or has closed the pipe; may be empty
#   GRACE   tenths of a second from SIGINT to SIGQUIT, and from SIGQUIT to SIGKILL
#
# Standard input is a pipe that only the JVM holds: the kernel closes it whatever ends the JVM, SIGKILL included.
# Standard output tells "started PID" and then "exited STATUS". After that, a line on standard input ends the
# watchdog and keeps REMOVE.

log=$1 input=$2 remove=$3 grace=$4
shift 4
exec 3<&0
umask 077
trap '' INT TERM HUP PIPE

"$@" <"$input" >>"$log" 2>&1 3<&- &
command=$!
echo "started $command"

# A command that has only just begun ignores a signal, so it is sent until it works.
still_runs_after_grace() {
    left=$grace
    while kill -"$1" "$command" 2>/dev/null; do
        [ "$left" -gt 0 ] || return 0
        left=$((left - 1))
        sleep 0.1
    done
    return 1
}

# For PostgreSQL SIGINT is a fast shutdown, SIGQUIT an immediate one.
(
    read -r ignored <&3
    for signal in INT QUIT; do
        still_runs_after_grace "$signal" || exit
    done
    kill -KILL "$command" 2>/dev/null
) &
guard=$!

wait "$command"
status=$?
kill -KILL "$guard" 2>/dev/null
wait "$guard" 2>/dev/null
echo "exited $status"

if ! read -r ignored <&3 && [ -n "$remove" ]; then
    rm -rf -- "$remove"
fi
