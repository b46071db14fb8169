//! A scripted fake web on loopback, processes to kill, databases to throw away: for tests and the demo.
