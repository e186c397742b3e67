# workerd with the relay as its only Worker, which may connect to loopback. See workerd.ts.
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
  ],
  bindings = [],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat", "no_web_socket_compression"],
);
