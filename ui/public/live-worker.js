// One stream of news for all tabs of a browser: with a stream each, the seventh tab would wait for ever (HTTP/1.1).
const ports = new Set();
let source;
let connected = false;

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

function open(url) {
  source = new EventSource(url);
  source.onopen = () => {
    connected = true;
    tell({ connected });
  };
  source.onerror = () => {
    connected = false;
    tell({ connected });
    // A refusal ends an EventSource for good: it is asked for again.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => open(url), 5000);
  };
  source.onmessage = ({ data }) => tell(JSON.parse(data));
  source.addEventListener("reset", () => tell({ reset: true }));
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.open) {
      ports.add(port);
      if (source) port.postMessage({ connected });
      else open(data.open);
    }
    if (data.close) {
      ports.delete(port);
      if (ports.size === 0) {
        source?.close();
        source = undefined;
        connected = false;
      }
    }
  };
  port.start();
};
