// What must work all the same: builds, tests, tools, threads, sockets and files, as every repository's tests use them.
#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

Attempt works(const std::string& name, Program program, const std::string& answer) { return Attempt(name, "", std::move(program), answer); }

// `command` compiles a program that starts a thread.
std::string compiler(const std::string& command) {
  return R"x(cat > a.c <<'EOF'
#include <pthread.h>
#include <stdio.h>
static void* run(void* word) { return word; }
int main(void) { pthread_t t; void* said; pthread_create(&t, 0, run, "threads"); pthread_join(t, &said); puts(said); }
EOF
)x" + command +
         R"x( -pthread a.c -o a && echo "tried: $(./a)")x";
}

constexpr const char* kMake = R"x(
printf 'all: a b\n\techo done > all\na b:\n\techo $@ > $@\n' > Makefile
make -j4 >/dev/null && echo "tried: $(cat a b all | tr '\n' ' ')")x";

constexpr const char* kGit = R"x(
git init -q -b main one && cd one && git config user.name a && git config user.email a@example.org
echo x > file && git add . && git commit -q -m x && cd .. && git clone -q one two && echo "tried: $(cat two/file) $(git -C two log --format=%s)")x";

constexpr const char* kNode = R"x(
cat > a.js <<'EOF'
const { Worker, isMainThread, parentPort } = require('worker_threads');
const http = require('http');
if (!isMainThread) parentPort.postMessage('worker');
else new Worker(__filename).on('message', (said) => {
  const server = http.createServer((_, answer) => answer.end('http'));
  server.listen(0, '127.0.0.1', () => http.get({ port: server.address().port, host: '127.0.0.1' }, (answer) =>
    answer.on('data', (text) => { console.log('tried: ' + said + ' ' + text); server.close(); })));
});
EOF
node a.js)x";

constexpr const char* kNodeTest = R"x(
cat > a.test.js <<'EOF'
const test = require('node:test'); const assert = require('assert');
test('adds', () => assert.equal(1 + 1, 2));
EOF
node --test 2>&1 | grep -E '^(# |. )pass 1' >/dev/null && echo tried: passed)x";

constexpr const char* kGo = R"x(
export GOFLAGS=-mod=mod GOPROXY=off
printf 'module a\n\ngo 1.19\n' > go.mod
cat > a.go <<'EOF'
package main
func double(n int) int { c := make(chan int); go func() { c <- 2 * n }(); return <-c }
func main() { println(double(21)) }
EOF
/usr/bin/go build -o a . && echo "tried: $(./a 2>&1)")x";

constexpr const char* kJava = R"x(
cat > A.java <<'EOF'
import java.util.stream.*;
public class A {
  public static void main(String[] words) throws Exception {
    Thread thread = new Thread(() -> System.out.println("tried: " + IntStream.range(0, 1000).parallel().sum()));
    thread.start(); thread.join();
  }
}
EOF
javac A.java && java -Xmx256m A)x";

constexpr const char* kProcesses = R"x(
import multiprocessing
with multiprocessing.Pool(4) as pool: said = sum(pool.map(abs, range(-100, 0)))
queue = multiprocessing.Queue(); queue.put('queue'); lock = multiprocessing.Lock()
with lock: tried(said, queue.get()))x";

constexpr const char* kSqlite = R"x(
import sqlite3
with sqlite3.connect('a.db') as db:
    db.execute('pragma journal_mode=wal'); db.execute('create table t (n)'); db.executemany('insert into t values (?)', [(n,) for n in range(100)])
    tried(db.execute('select sum(n) from t').fetchone()[0]))x";

constexpr const char* kTemporary = R"x(
import tempfile
with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file, tempfile.TemporaryFile() as nameless:
    file.write(b'x'); nameless.write(b'x'); tried(os.path.isdir(folder), file.name.startswith('/tmp/')))x";

constexpr const char* kSockets = R"x(
def talk(family, address):
    server = socket.socket(family); server.bind(address); server.listen()
    client = socket.socket(family); client.connect(server.getsockname())
    other, _ = server.accept(); other.send(b'x'); return client.recv(1).decode()
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); datagrams.bind(('127.0.0.1', 0))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); sender.sendto(b'u', datagrams.getsockname())
a, b = socket.socketpair(); a.send(b'p')
tried(talk(socket.AF_INET, ('127.0.0.1', 0)), talk(socket.AF_INET6, ('::1', 0)), talk(socket.AF_UNIX, 'sock'), talk(socket.AF_UNIX, '\0own'),
      datagrams.recv(1).decode(), b.recv(1).decode(), socket.gethostbyname('localhost')))x";

constexpr const char* kSignals = R"x(
got = []
signal.signal(signal.SIGUSR1, lambda *_: got.append('usr1')); signal.signal(signal.SIGALRM, lambda *_: got.append('alarm'))
os.kill(os.getpid(), signal.SIGUSR1); signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
while len(got) < 2: signal.pause()
signal.setitimer(signal.ITIMER_REAL, 0)
child = os.fork()
if child == 0: os.execv('/bin/sleep', ['sleep', '60'])
os.kill(child, signal.SIGTERM); _, status = os.waitpid(child, 0)
tried(*got[:2], os.WTERMSIG(status)))x";

constexpr const char* kMemory = R"x(
shared = mmap.mmap(-1, 1 << 20)
file = open('mapped', 'w+b'); file.truncate(1 << 20); mapped = mmap.mmap(file.fileno(), 0)
if os.fork() == 0: shared[0:2] = b'ok'; mapped[0:2] = b'ok'; os._exit(0)
os.wait()
from multiprocessing import shared_memory
block = shared_memory.SharedMemory(create=True, size=1 << 20); block.buf[0] = 7; block.close(); block.unlink()
tried(shared[0:2].decode(), mapped[0:2].decode(), os.path.isdir('/dev/shm')))x";

constexpr const char* kFiles = R"x(
deep = 'a/' * 100; os.makedirs(deep); open(deep + 'file', 'w').write('x'); os.symlink(deep + 'file', 'link')
os.link('link', 'hard', follow_symlinks=True); os.mkfifo('pipe'); os.chmod('hard', 0o600); os.utime('hard', (1, 1)); os.rename('hard', 'moved')
fcntl.flock(open('moved'), fcntl.LOCK_EX | fcntl.LOCK_NB)
tried(open('link').read(), int(os.stat('moved').st_mtime), len(os.listdir('.'))))x";

constexpr const char* kEvents = R"x(
import select
epoll = select.epoll(); r, w = os.pipe(); epoll.register(r, select.EPOLLIN); os.write(w, b'x')
notify = libc.inotify_init1(0); watch = libc.inotify_add_watch(notify, b'.', 0x100); open('new', 'w')
events = libc.eventfd(1, 0); timer = libc.timerfd_create(1, 0); pid = os.pidfd_open(os.getpid())
tried(len(epoll.poll(1)), len(os.read(notify, 100)) > 0, len(os.read(events, 8)), timer > 0, pid > 0))x";

constexpr const char* kTerminal = R"x(
import pty
child, terminal = pty.fork()
if child == 0: os.execv('/bin/sh', ['sh', '-c', 'test -t 0 && stty size >/dev/null && echo terminal'])
said = os.read(terminal, 100).decode().strip(); os.waitpid(child, 0)
tried(said))x";

constexpr const char* kWho = R"x(
import getpass, grp, locale, pwd, time
locale.setlocale(locale.LC_ALL, ''); env['TZ'] = 'Europe/Berlin'; time.tzset()
tried(getpass.getuser(), pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name, locale.getpreferredencoding(), time.tzname[0], os.path.expanduser('~')))x";

constexpr const char* kOutput =
    "for i in $(seq 20000); do echo \"line $i of a long output that a test may well write\"; done; echo tried: all";

constexpr const char* kTests = R"x(
cat > test_a.py <<'EOF'
import asyncio, concurrent.futures
def test_threads():
    with concurrent.futures.ThreadPoolExecutor() as pool: assert list(pool.map(abs, [-1])) == [1]
def test_loop(): assert asyncio.run(asyncio.sleep(0, 'x')) == 'x'
EOF
/usr/bin/python3 -m pytest -q 2>&1 | grep -o '2 passed' | sed 's/^/tried: /')x";

constexpr const char* kVenv = "python3 -m venv --without-pip v && echo \"tried: $(v/bin/python -c 'import sys; print(sys.prefix)')\"";

const Group kGroup{
    "controls",
    {
        works("gcc, and a thread", sh(compiler("gcc")), "threads").gvisor(),
        works("clang, and a thread", sh(compiler("clang-19")), "threads"),
        works("make, with jobs", sh(kMake), "a b done").gvisor_quick(),
        works("git: init, commit, clone", sh(kGit), "x x").gvisor(),
        works("node: workers and a server", sh(kNode), "worker http"),
        works("node: its own tests", sh(kNodeTest), "passed"),
        works("npm: a script", sh("echo '{\"scripts\": {\"a\": \"echo ran > out\"}}' > package.json; npm run -s a; echo tried: $(cat out)"),
              "ran"),
        works("go: build, goroutines", sh(kGo), "42"),
        works("java: compile, threads, streams", sh(kJava), "499500"),
        works("python: processes, queues, locks", py(kProcesses), "5050 queue"),
        works("python: threads",
              py("seen = []\nts = [threading.Thread(target=seen.append, args=(i,)) for i in range(50)]\n"
                 "[t.start() for t in ts]; [t.join() for t in ts]\ntried(len(seen))"),
              "50")
            .gvisor(),
        works("python: sqlite", py(kSqlite), "4950").gvisor(),
        works("python: temporary files", py(kTemporary), "True True").gvisor(),
        works("python: a virtual environment", sh(kVenv), "/workspace/v"),
        works("python: pytest, asyncio", sh(kTests), "2 passed"),
        works("sockets: TCP, UDP, unix, IPv6", py(kSockets), "x x x x u p 127.0.0.1"),
        works("signals and timers", py(kSignals), "usr1 alarm 15").gvisor(),
        works("shared and mapped memory", py(kMemory), "ok ok True"),
        works("files: deep, linked, locked, dated", py(kFiles), "x 1 4").gvisor(),
        works("epoll, inotify, eventfd, timerfd, pidfd", py(kEvents), "1 True 8 True True"),
        works("a terminal of its own", py(kTerminal), "terminal"),
        works("names, locale, time zone, home", py(kWho), "sandbox sandbox sandbox (UTF-8|utf-8) CET /tmp/home"),
        works("a long output", sh(kOutput), "all").gvisor(),
        works("pipes and processes of a shell", sh("echo \"tried: $(seq 1000 | sort -n | tail -1 | tee /dev/null)\""), "1000")
            .gvisor_quick(),
        works("tar and gzip", sh("mkdir d && echo x > d/f && tar czf d.tgz d && rm -r d && tar xzf d.tgz && echo tried: $(cat d/f)"), "x")
            .gvisor(),
        works("reading more of the system than its memory",
              sh("cat $(find /usr/lib /usr/bin -type f -size +1M 2>/dev/null | head -150) | wc -c >size; [ $(cat size) -gt 200000000 ] && "
                 "echo tried: read"),
              "read")
            .first([](Stage& stage) { stage.job.limits.memory_bytes = 100 << 20; }),
        works("random numbers and time", py("tried(len(os.getrandom(16)), len(open('/dev/urandom', 'rb').read(4)), time.time() > 1e9)"),
              "16 4 True")
            .gvisor(),
    },
    true};

}  // namespace

const Group& controls() { return kGroup; }

}  // namespace argosy::escape
