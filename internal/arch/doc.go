// Package arch keeps the arrows: its tests say which room may know which, and hold every room to the habits of the house.
package arch
