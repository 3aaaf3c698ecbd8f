/** Used by Jest only: `npm run build` compiles with tsc. */
module.exports = {
  presets: ["@babel/preset-typescript"],
  plugins: ["@babel/plugin-transform-modules-commonjs"],
};
