// As much of Express as a route with a JSON answer needs, on Node's own server; Express itself takes a network to install.
const http = require("node:http");

function express() {
  const handlers = [];
  const app = (req, res, next) => {
    const handler = handlers.find((one) => (one.path ?? req.url) === req.url && (one.method ?? req.method) === req.method);
    if (!handler) return next();
    res.status = (code) => Object.assign(res, { statusCode: code });
    res.json = (value) => res.setHeader("content-type", "application/json").end(JSON.stringify(value));
    return handler.run(req, res, next);
  };
  for (const method of ["get", "post", "put", "patch", "delete"]) {
    app[method] = (path, run) => (handlers.push({ method: method.toUpperCase(), path, run }), app);
  }
  app.use = (run) => (handlers.push({ run }), app);
  app.listen = (...where) => http.createServer((req, res) => app(req, res, () => res.writeHead(404).end())).listen(...where);
  return app;
}

module.exports = Object.assign(express, { Router: express });
