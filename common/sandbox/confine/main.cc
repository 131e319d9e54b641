// argosy-confine: process 1 of every bubblewrap sandbox, the part of its walls that can only be built from inside. It becomes an ordinary
// user without rights, sets the limits that count per process, puts Landlock and the seccomp filter around itself, and starts the program,
// which inherits all of it. Then it reaps orphans until the program ends, and ends with it: the kernel kills whatever is left.
//
//   argosy-confine OPTION... -- PROGRAM [ARGUMENT...]
//     --control FD       a SOCK_SEQPACKET pair to the worker. Out: "F<text>" when a wall cannot be built, "L" with a descriptor (--listen),
//                        "R" before the program starts, "E" when something made a system call of another architecture. In: "T" asks every
//                        process of the sandbox to end (SIGTERM). Its end means that the worker is gone, and so is the sandbox then.
//     --id N             becomes user and group N, without other groups
//     --processes N  --open-files N  --file-bytes N    RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_FSIZE
//     --filter FD        a seccomp program, as seccomp_export_bpf(3) writes it
//     --read PATH  --write PATH  --touch PATH  --list PATH   Landlock: below PATH one may read and execute; do everything; read and write
//                        what is there; read folders. Everything else is closed as soon as one of these is given
//     --listen PORT      listens on this port of the sandbox's own loopback for the worker, who accepts from outside
//
// Linked statically, without iostreams: its start is part of every sandbox's start. One thread. Compiled into the worker (embedded.cc).
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "common/sandbox/confine/landlock.h"

namespace {

constexpr int kBroken = 125;  // a wall could not be built; the control socket says which
constexpr int kNotRunnable = 126, kNotFound = 127;
constexpr std::size_t kMaxFilter = 4096;  // instructions (BPF_MAXINSNS)
constexpr int kBacklog = 64;

int control = -1;

[[noreturn]] void broken(const char* what) {
  std::array<char, 512> text;
  const int size = std::snprintf(text.data(), text.size(), "F%s: %s", what, std::strerror(errno));
  if (control >= 0) [[maybe_unused]]
    const auto sent = ::send(control, text.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
  ::_exit(kBroken);
}

void check(bool fine, const char* what) {
  if (!fine) broken(what);
}

struct Walls {
  long id = -1, processes = -1, open_files = -1, file_bytes = -1, listen_port = -1;
  int filter = -1;
  argosy::confine::Landlock files;
  char** program = nullptr;
};

Walls read_words(char** word) {
  Walls walls;
  const auto number = [](std::string_view text) {
    long value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    errno = EINVAL;
    check(problem == std::errc() && end == text.data() + text.size() && value >= 0, "an option's value is no number");
    return value;
  };
  for (++word; *word != nullptr; word += 2) {
    const std::string_view name = *word;
    if (name == "--") {
      walls.program = word + 1;
      break;
    }
    const char* value = word[1];
    check(value != nullptr, "an option has no value");
    if (name == "--control")
      control = static_cast<int>(number(value));
    else if (name == "--id")
      walls.id = number(value);
    else if (name == "--processes")
      walls.processes = number(value);
    else if (name == "--open-files")
      walls.open_files = number(value);
    else if (name == "--file-bytes")
      walls.file_bytes = number(value);
    else if (name == "--filter")
      walls.filter = static_cast<int>(number(value));
    else if (name == "--listen")
      walls.listen_port = number(value);
    else
      check(walls.files.add(name, value), "an option is unknown");
  }
  errno = EINVAL;
  check(walls.program != nullptr && *walls.program != nullptr, "no program was named");
  return walls;
}

// What the worker's process had open and forgot to close stays outside.
void close_all_but(int first, int second) {
  const auto low = static_cast<unsigned>(first < second ? first : second), high = static_cast<unsigned>(first < second ? second : first);
  const auto close_range = [](unsigned from, unsigned to) {
    if (from <= to) ::syscall(SYS_close_range, from, to, 0);
  };
  close_range(3, low - 1);
  close_range(low + 1, high - 1);
  close_range(high + 1, ~0u);
}

void limit(__rlimit_resource what, long value, const char* name) {
  if (value < 0) return;
  rlimit now{};
  ::getrlimit(what, &now);
  now.rlim_cur = now.rlim_max = static_cast<rlim_t>(value) < now.rlim_max ? static_cast<rlim_t>(value) : now.rlim_max;
  check(::setrlimit(what, &now) == 0, name);
}

void set_limits(const Walls& walls) {
  limit(RLIMIT_NPROC, walls.processes, "RLIMIT_NPROC");
  limit(RLIMIT_NOFILE, walls.open_files, "RLIMIT_NOFILE");
  limit(RLIMIT_FSIZE, walls.file_bytes, "RLIMIT_FSIZE");
  limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
  // Should the host run short of memory, this goes first.
  const int adjust = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (adjust < 0) return;
  [[maybe_unused]] const auto wrote = ::write(adjust, "1000", 4);
  ::close(adjust);
}

// The socket belongs to the sandbox's network, its acceptor lives outside: the only way between the two.
void hand_out_listener(long port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(listener >= 0 && ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && ::listen(listener, kBacklog) == 0,
        "listen for the egress proxy");
  char kind = 'L';
  iovec text{&kind, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &listener, sizeof listener);
  check(::sendmsg(control, &message, MSG_NOSIGNAL) == 1, "hand out the listener");
  ::close(listener);
}

void drop_rights(long id) {
  if (id >= 0) {
    const auto number = static_cast<unsigned>(id);
    // Raw system calls: one thread, and glibc's wrappers would signal all of them.
    check(::syscall(SYS_setgroups, 0, nullptr) == 0, "setgroups");
    check(::syscall(SYS_setresgid, number, number, number) == 0, "setresgid");
    for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
      check(::prctl(PR_CAPBSET_DROP, capability) == 0, "drop the bounding set");
    check(::syscall(SYS_setresuid, number, number, number) == 0, "setresuid");
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, 2> none{};
  check(::syscall(SYS_capset, &header, none.data()) == 0, "capset");
  check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
  // A change of user forgets it. Asked for again, though the end of the control socket tells the same.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

// What the filter kills for it hands to us instead, and we end the sandbox: of a death we would see the exit code, which any program can
// have, and only where no shell was between. Gives what to listen on; -1 where nobody may (somebody further out does already): then the
// kernel kills, and nobody hears of it.
int load_filter(int fd) {
  if (fd < 0) return -1;
  static std::array<sock_filter, kMaxFilter> code;
  const auto bytes = ::pread(fd, code.data(), sizeof code, 0);
  ::close(fd);
  errno = EINVAL;
  check(bytes > 0 && bytes % static_cast<ssize_t>(sizeof(sock_filter)) == 0, "read the seccomp filter");
  const auto size = static_cast<std::size_t>(bytes) / sizeof(sock_filter);
  static auto telling = code;
  for (auto& one : telling)
    if (one.code == (BPF_RET | BPF_K) && one.k == SECCOMP_RET_KILL_PROCESS) one.k = SECCOMP_RET_USER_NOTIF;
  sock_fprog program{static_cast<unsigned short>(size), telling.data()};
  const auto listener = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  if (listener >= 0) return static_cast<int>(listener);
  program.filter = code.data();
  check(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0, "load the seccomp filter");
  return -1;
}

[[noreturn]] void become(char** program, const sigset_t& mask) {
  ::setsid();
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execvp(program[0], program);
  const int problem = errno;
  std::fprintf(stderr, "cannot run %s: %s\n", program[0], std::strerror(problem));
  ::_exit(problem == ENOENT ? kNotFound : kNotRunnable);
}

// Until the program has ended: its exit status as a shell would tell it. Whatever is left ends with us, process 1.
int reap_until(pid_t program, int signals, int forbidden) {
  for (;;) {
    // What is -1 is passed over.
    std::array<pollfd, 3> polled{{{signals, POLLIN, 0}, {control, POLLIN, 0}, {forbidden, POLLIN, 0}}};
    ::poll(polled.data(), polled.size(), -1);
    if (forbidden >= 0 && (polled[2].revents & POLLIN) != 0) {
      // First of all: once nobody listens any more, the kernel lets the caller go on with an error.
      ::kill(-1, SIGKILL);
      if (control >= 0) ::send(control, "E", 1, MSG_NOSIGNAL);
      return 128 + SIGSYS;
    }
    if (control >= 0 && polled[1].revents != 0) {
      char word = 0;
      const auto got = ::recv(control, &word, 1, MSG_DONTWAIT);
      if (got == 0) ::_exit(128 + SIGKILL);
      if (got == 1 && word == 'T') ::kill(-1, SIGTERM);
    }
    signalfd_siginfo told;
    while (::read(signals, &told, sizeof told) == sizeof told) {
    }
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;)
      if (ended == program) return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
}

}  // namespace

int main(int, char** words) {
  const auto walls = read_words(words);
  close_all_but(control >= 0 ? control : walls.filter, walls.filter >= 0 ? walls.filter : control);
  if (control >= 0) ::fcntl(control, F_SETFD, FD_CLOEXEC);
  if (walls.listen_port >= 0) hand_out_listener(walls.listen_port);
  set_limits(walls);
  drop_rights(walls.id);
  check(walls.files.restrict(), "Landlock");

  sigset_t watched, before;
  ::sigemptyset(&watched);
  ::sigaddset(&watched, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &watched, &before);
  const int signals = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  check(signals >= 0, "signalfd");
  const int forbidden = load_filter(walls.filter);
  if (control >= 0) check(::send(control, "R", 1, MSG_NOSIGNAL) == 1, "tell that all walls stand");

  const pid_t program = ::fork();
  check(program >= 0, "fork");
  if (program == 0) become(walls.program, before);
  ::prctl(PR_SET_DUMPABLE, 0);  // of the same user as the program: its memory and descriptors are closed to it
  return reap_until(program, signals, forbidden);
}
