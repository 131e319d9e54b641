#include "common/code/refactor/imports/known_names.h"

#include <string>

namespace argosy::code {
namespace {

// Words with a space on either side.
// sys.stdlib_module_names of Python 3.11.
constexpr std::string_view kPythonModules =
    " abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2"
    " cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent configparser"
    " contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils"
    " doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc"
    " genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp"
    " importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math"
    " mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator"
    " optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint"
    " profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource"
    " rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket"
    " socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess"
    " sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit"
    " tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest"
    " urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport"
    " zlib zoneinfo ";
// dir(builtins) of Python 3.11.
constexpr std::string_view kPythonNames =
    " ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError"
    " BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError"
    " ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup"
    " False FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning"
    " IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError"
    " ModuleNotFoundError NameError None NotADirectoryError NotImplemented NotImplementedError OSError OverflowError"
    " PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError"
    " RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError"
    " True TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning"
    " UserWarning ValueError Warning ZeroDivisionError __file__ __name__ abs aiter all anext any ascii bin bool breakpoint"
    " bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir divmod enumerate eval exec"
    " exit filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len"
    " license list locals map max memoryview min next object oct open ord pow print property quit range repr reversed round"
    " set setattr slice sorted staticmethod str sum super tuple type vars zip ";
// Globals of ECMAScript, browsers and Node, and TypeScript's own types.
constexpr std::string_view kScriptNames =
    " AbortController AggregateError Array ArrayBuffer Awaited BigInt Blob Boolean Buffer DataView Date Document Element Error"
    " EvalError Event EventTarget Exclude Extract File FormData Function HTMLElement Headers History Infinity Int32Array"
    " Int8Array Intl Iterator JSON Location Map Math NaN Node NonNullable Number Object Omit Parameters Partial Pick Promise"
    " PropertyKey Proxy RangeError Readonly Record ReferenceError Reflect RegExp Request Required Response ReturnType Set"
    " String Symbol SyntaxError Text TypeError URIError URL URLSearchParams Uint8Array WeakMap WeakRef WeakSet WebSocket"
    " Worker XMLHttpRequest __dirname __filename atob btoa clearInterval clearTimeout console crypto decodeURI"
    " decodeURIComponent document encodeURI encodeURIComponent exports fetch global globalThis history isFinite isNaN"
    " localStorage location module name navigator parseFloat parseInt performance process queueMicrotask require self"
    " sessionStorage setImmediate setInterval setTimeout structuredClone undefined window ";
// java.lang.
constexpr std::string_view kJavaNames =
    " Appendable AutoCloseable Boolean Byte CharSequence Character Class ClassCastException ClassLoader ClassNotFoundException"
    " CloneNotSupportedException Cloneable Comparable Deprecated Double Enum Error Exception Float FunctionalInterface"
    " IllegalArgumentException IllegalStateException IndexOutOfBoundsException Integer InterruptedException Iterable Long Math"
    " Module NoSuchFieldException NoSuchMethodException NullPointerException Number NumberFormatException Object"
    " OutOfMemoryError Override Package Process ProcessBuilder Readable Record ReflectiveOperationException Runnable Runtime"
    " RuntimeException SafeVarargs SecurityException Short StackOverflowError StackTraceElement StrictMath String StringBuffer"
    " StringBuilder SuppressWarnings System Thread ThreadGroup ThreadLocal Throwable UnsupportedOperationException Void ";

bool holds(std::string_view words, std::string_view word) { return words.contains(" " + std::string(word) + " "); }

}  // namespace

bool is_standard_module(std::string_view module) { return holds(kPythonModules, module.substr(0, module.find('.'))); }

bool is_own_name(Language language, std::string_view name) {
  switch (language) {
    case Language::python:
      return holds(kPythonNames, name);
    case Language::java:
      return holds(kJavaNames, name);
    case Language::go:
      return false;
    default:
      return holds(kScriptNames, name);
  }
}

}  // namespace argosy::code
