# workerd with two isolates of the relay, whose limits are in Durable Objects. They may connect to loopback. See workerd.ts.
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "other", worker = .other),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:0", http = (), service = "main"),
    (name = "other", address = "127.0.0.1:0", http = (), service = "other"),
  ],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [(name = "LIMITS", durableObjectNamespace = "RelayLimits")],
  durableObjectNamespaces = [(className = "RelayLimits", uniqueKey = "limits")],
  durableObjectStorage = (inMemory = void),
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat", "no_web_socket_compression"],
);
const other :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [(name = "LIMITS", durableObjectNamespace = (className = "RelayLimits", serviceName = "main"))],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat", "no_web_socket_compression"],
);
