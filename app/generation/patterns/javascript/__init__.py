"""What patterns know of JavaScript and TypeScript."""
