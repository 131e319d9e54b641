// What a package manager's script could say to the egress proxy to be let out elsewhere, while dependencies are installed. Each trick has
// the honest request beside it, which must reach the server by the same program.
#include "tests/escape/groups/groups.h"
#include "tests/escape/harness/way_out.h"

namespace argosy::escape {
namespace {

constexpr const char* kProxy = "egress proxy";

// Sends ASK; when a tunnel opens, THEN: "hello NAME" is the TLS ClientHello of Python's own OpenSSL, without NAME one that names nobody,
// "bytes TEXT" is what it says. {P} is the server's port. Waits for the end of what is answered.
constexpr const char* kAsk = R"(
import re, ssl
def spoken(text): return text.replace('{P}', env['SERVER']).encode('latin1').decode('unicode_escape').encode('latin1')
def hello(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
    out = ssl.MemoryBIO(); session = context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name or None)
    try: session.do_handshake()
    except ssl.SSLWantReadError: return out.read()
way = socket.socket(); way.settimeout(20); way.connect(('127.0.0.1', 3128))
said = b''
def listen(until):
    global said
    try:
        while not until():
            more = way.recv(65536)
            if not more: break
            said += more
    except ConnectionResetError: pass
way.sendall(spoken(env['ASK']))
kind, _, what = env.get('THEN', '').partition(' ')
if kind:
    listen(lambda: b'\r\n\r\n' in said)
    opened, said = said, said.partition(b'\r\n\r\n')[2]
    if b' 200 ' in opened: way.sendall(hello(what) if kind == 'hello' else spoken(what))
    else: said = opened
listen(lambda: b'reached' in said)
refused, reached = re.search(rb'refused; reason=(\w+)', said), re.search(rb'reached \d+', said)
if reached: tried(reached[0].decode())
elif refused: tried('refused', refused[1].decode())
elif said == b'\x15\x03\x03\0\2\2\x31': tried('alert')
else: tried('ended', said[:60]))";

Change saying(const std::string& ask, const std::string& then) {
  return [ask, then](Stage& stage) {
    stage.job.env["ASK"] = ask;
    stage.job.env["THEN"] = then;
  };
}

std::string connect_to(const std::string& target, const std::string& host = "") {
  return "CONNECT " + target + " HTTP/1.1\\r\\nHost: " + (host.empty() ? target : host) + "\\r\\n\\r\\n";
}

std::string get(const std::string& url, const std::string& headers) { return "GET " + url + " HTTP/1.1\\r\\n" + headers + "\\r\\n"; }

const std::string kTarget = std::string(kAllowed) + ":{P}", kUrl = "http://" + kTarget + "/", kHost = "Host: " + kTarget + "\\r\\n";
const std::string kHonestHello = std::string("hello ") + kAllowed;

Attempt trick(const std::string& name, const std::string& ask, const std::string& then, const std::string& held, const Change& honest) {
  return Attempt(name, kProxy, py(kAsk), held)
      .first([change = saying(ask, then)](Stage& stage) { open_way_out(stage), change(stage); })
      .with("the honest way", "reached \\d", honest)
      .then(nothing_went_out);
}

// A CONNECT that must not open a tunnel.
Attempt tunnel(const std::string& name, const std::string& ask, const std::string& reason) {
  return trick("CONNECT " + name, ask, kHonestHello, "refused " + reason, saying(connect_to(kTarget), kHonestHello));
}
// A tunnel to the allowed host that something else is sent through.
Attempt inside(const std::string& name, const std::string& then, const std::string& held = "alert") {
  return trick("in a tunnel: " + name, connect_to(kTarget), then, held, saying(connect_to(kTarget), kHonestHello));
}
Attempt plain(const std::string& name, const std::string& ask, const std::string& held) {
  return trick(name, ask, "", held, saying(get(kUrl, kHost), ""));
}
Attempt refused(const std::string& name, const std::string& ask, const std::string& reason) {
  return plain(name, ask, "refused " + reason);
}

const std::string kLong(20'000, 'x');
std::string many_headers() {
  std::string all;
  for (int i = 0; i < 200; ++i) all += "X: y\\r\\n";
  return all;
}

const Group kGroup{
    "egress tricks",
    {
        tunnel("to the address instead of the name", connect_to("127.0.0.1:{P}"), "host_not_allowed"),
        tunnel("to another port of the allowed host", connect_to(std::string(kAllowed) + ":22"), "host_not_allowed"),
        tunnel("without a port", connect_to(kAllowed), "port_malformed"),
        tunnel("to port 65536 and some", connect_to(std::string(kAllowed) + ":131517"), "port_malformed"),
        tunnel("to a name on no list", connect_to("secret.elsewhere.example:{P}"), "host_not_allowed"),
        tunnel("below the allowed name", connect_to("x." + kTarget), "host_not_allowed"),
        tunnel("to a name that begins like the allowed one", connect_to("allowed.example.elsewhere.example:{P}"), "host_not_allowed"),
        tunnel("with a dot at the end", connect_to("elsewhere.example.:{P}"), "host_not_allowed"),
        tunnel("with two dots at the end", connect_to("allowed.example..:{P}"), "host_malformed"),
        tunnel("in upper case", connect_to("ELSEWHERE.EXAMPLE:{P}"), "host_not_allowed"),
        tunnel("with a NUL in the name", connect_to("allowed.example\\0.elsewhere.example:{P}"), "request_malformed"),
        tunnel("with user information", connect_to(kTarget + "@elsewhere.example:{P}", kTarget), "userinfo_refused"),
        tunnel("with a Cyrillic letter", connect_to("\\xd0\\xb0llowed.example:{P}"), "request_malformed"),
        tunnel("with that letter as an IDN", connect_to("xn--llowed-2nf.example:{P}"), "host_not_allowed"),
        tunnel("with an escaped dot", connect_to("allowed%2eexample:{P}"), "host_malformed"),
        tunnel("to an address as one number", connect_to("2130706433:{P}"), "host_malformed"),
        tunnel("to an address in hexadecimal", connect_to("0x7f000001:{P}"), "host_malformed"),
        tunnel("to an address in octal", connect_to("0177.0.0.1:{P}"), "host_malformed"),
        tunnel("to an address in short", connect_to("127.1:{P}"), "host_malformed"),
        tunnel("to an IPv6 address", connect_to("[::1]:{P}"), "host_not_allowed"),
        tunnel("to an IPv4 address in IPv6", connect_to("[::ffff:127.0.0.1]:{P}"), "host_not_allowed"),
        tunnel("to an address with a zone", connect_to("[fe80::1%lo]:{P}"), "host_malformed"),
        tunnel("to the proxy itself", connect_to("127.0.0.1:3128"), "host_not_allowed"),
        tunnel("to the proxy by its name", connect_to("localhost:3128"), "host_not_allowed"),
        tunnel("to an allowed name that leads inside", connect_to(std::string(kInside) + ":{P}"), "address_refused"),
        tunnel("to an allowed name of the metadata address", connect_to(std::string(kMetadata) + ":{P}"), "address_refused"),
        tunnel("to an allowed name of a mapped address", connect_to(std::string(kMapped) + ":{P}"), "address_refused"),
        tunnel("with another Host", connect_to(kTarget, "elsewhere.example:{P}"), "host_mismatch"),
        tunnel("as HTTP/1.0, with another Host", "CONNECT " + kTarget + " HTTP/1.0\\r\\nHost: elsewhere.example\\r\\n\\r\\n",
               "host_mismatch"),
        tunnel("with a body", "CONNECT " + kTarget + " HTTP/1.1\\r\\n" + kHost + "Content-Length: 5\\r\\n\\r\\nhello", "body_refused"),
        inside("the hello of another server", "hello elsewhere.example"),
        inside("a hello that names nobody", "hello"),
        inside("a hello with a longer name", std::string("hello ") + kAllowed + ".elsewhere.example"),
        inside("plain HTTP", "bytes GET / HTTP/1.1\\r\\nHost: elsewhere.example\\r\\n\\r\\n"),
        inside("SSH", "bytes SSH-2.0-x\\r\\n"),
        inside("a broken hello", "bytes \\x16\\x03\\x01\\x00\\x05\\x01\\x00\\x00\\x01\\x00"),
        refused("a URL of another host", get("http://elsewhere.example:{P}/", "Host: elsewhere.example:{P}\\r\\n"), "host_not_allowed"),
        refused("a URL of an allowed host that leads inside", get("http://inside.example:{P}/", "Host: inside.example:{P}\\r\\n"),
                "address_refused"),
        refused("an allowed URL with another Host", get(kUrl, "Host: elsewhere.example\\r\\n"), "host_mismatch"),
        refused("another URL with the allowed Host", get("http://elsewhere.example:{P}/", kHost), "host_mismatch"),
        refused("two Host headers", get(kUrl, kHost + "Host: elsewhere.example\\r\\n"), "host_mismatch"),
        refused("no Host header", get(kUrl, ""), "host_mismatch"),
        refused("a URL with user information", get("http://allowed.example:{P}@elsewhere.example/", kHost), "userinfo_refused"),
        refused("a path, as to a server", get("/", kHost), "scheme_refused"),
        refused("https without a tunnel", get("https://" + kTarget + "/", kHost), "scheme_refused"),
        refused("a file of the host", get("file:///etc/passwd", kHost), "scheme_refused"),
        refused("two lengths of a body", get(kUrl, kHost + "Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n"), "body_refused"),
        refused("a folded header", get(kUrl, kHost + "X: y\\r\\n Host: elsewhere.example\\r\\n"), "header_malformed"),
        refused("a blank before the colon", get(kUrl, kHost + "Host : elsewhere.example\\r\\n"), "header_malformed"),
        refused("a line that ends with LF alone", get(kUrl, kHost + "X: y\\nHost: elsewhere.example\\r\\n"), "request_malformed"),
        refused("CR LF in the target", get(kUrl + "\\r\\nHost:\\telsewhere.example\\r\\nX:", kHost), "request_malformed"),
        refused("CR in the target", get(kUrl + "\\rX", kHost), "request_malformed"),
        refused("a second request in the first one's target",
                get(kUrl + " HTTP/1.1\\r\\nHost: elsewhere.example\\r\\n\\r\\nGET " + kUrl, kHost), "host_mismatch"),
        refused("POST", "POST " + kUrl + " HTTP/1.1\\r\\n" + kHost + "\\r\\n", "method_refused"),
        refused("PUT", "PUT " + kUrl + " HTTP/1.1\\r\\n" + kHost + "Content-Length: 1\\r\\n\\r\\nx", "method_refused"),
        refused("HTTP/2 without being asked", "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n", "method_refused"),
        refused("a request of HTTP/1.0", "GET " + kUrl + " HTTP/1.0\\r\\n" + kHost + "\\r\\n", "version_refused"),
        refused("a head that is too long", get(kUrl + kLong, kHost), "head_too_large"),
        refused("too many headers", get(kUrl, kHost + many_headers()), "head_too_large"),
        plain("SOCKS 5", "\\5\\1\\0", "ended b''"),
        plain("SOCKS 4", "\\4\\1\\0\\x50\\x7f\\0\\0\\1\\0", "ended b''"),
        refused("TLS to the proxy itself", "\\x16\\x03\\x01\\0\\5\\1\\0\\0\\1\\0", "request_malformed"),
        Attempt("past the proxy, to the server itself", "net namespace",
                py("attempt(lambda: socket.create_connection(('127.0.0.1', int(env['SERVER'])), 5).close())"), "ECONNREFUSED")
            .first(open_way_out)
            .host("ok")
            .then(nothing_went_out),
    }};

}  // namespace

const Group& egress_tricks() { return kGroup; }

}  // namespace argosy::escape
