// Package chart draws charts as SVG: an axis with round ticks, labels that do not
// cover each other, and a chart of lines made of them. The same data give the same
// bytes on every machine.
package chart
