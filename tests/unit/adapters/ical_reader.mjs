// Reads iCalendar objects with ical.js, the engine of Thunderbird, which follows VTIMEZONE to
// the letter. Argument: the module. In: one JSON string a line. Out: what was read, one a line.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]).href);

function instant(property) {
  return new Date(property.getFirstValue().toUnixTime() * 1000).toISOString();
}

function person(property) {
  const [, parameters, , value] = property.toJSON();
  return { value, ...parameters };
}

function event(component) {
  const text = (name) => component.getFirstPropertyValue(name);
  return {
    properties: component.getAllProperties().map((property) => property.name),
    uid: text("uid"),
    sequence: text("sequence"),
    summary: text("summary"),
    description: text("description"),
    location: text("location"),
    status: text("status"),
    url: text("url"),
    start: instant(component.getFirstProperty("dtstart")),
    end: instant(component.getFirstProperty("dtend")),
    stamp: instant(component.getFirstProperty("dtstamp")),
    organizers: component.getAllProperties("organizer").map(person),
    attendees: component.getAllProperties("attendee").map(person),
  };
}

function read(source) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(source));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  return {
    method: calendar.getFirstPropertyValue("method"),
    version: calendar.getFirstPropertyValue("version"),
    events: calendar.getAllSubcomponents("vevent").map(event),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
