// The emoji that the page knows by short name, and how they are drawn.

import { h } from "../base/patch.js";

// A comma separates other names of the same emoji.
const LISTED = `
pushpin 📌 eyes 👀 white_check_mark ✅ +1,thumbsup 👍 -1,thumbsdown 👎 pray 🙏 tada 🎉 heart ❤️ joy 😂 fire 🔥 rotating_light 🚨 warning ⚠️
rocket 🚀 raised_hands 🙌 clap 👏 wave 👋 thinking_face,thinking 🤔 sob 😭 heavy_check_mark ✔️ x ❌ hourglass_flowing_sand ⏳ hourglass ⌛
smile 😄 smiley 😃 grinning 😀 grin 😁 laughing,satisfied 😆 sweat_smile 😅 rolling_on_the_floor_laughing,rofl 🤣 slightly_smiling_face 🙂
upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪 hugging_face,hugs 🤗
shushing_face 🤫 zipper_mouth_face 🤐 face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄
grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 face_with_thermometer 🤒 dizzy_face 😵 exploding_head 🤯 face_with_cowboy_hat 🤠
partying_face 🥳 sunglasses 😎 nerd_face 🤓 confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳
pleading_face 🥺 fearful 😨 cold_sweat 😰 cry 😢 scream 😱 disappointed 😞 sweat 😓 weary 😩 tired_face 😫 triumph 😤 rage 😡 angry 😠 skull 💀
poop,hankey 💩 ghost 👻 alien 👽 robot_face,robot 🤖 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 wave_hand 👋 ok_hand 👌 v ✌️ crossed_fingers 🤞
call_me_hand 🤙 point_left 👈 point_right 👉 point_up_2 👆 point_down 👇 point_up ☝️ raised_hand,hand ✋ fist ✊ facepunch,punch 👊 muscle 💪
writing_hand ✍️ handshake 🤝 nail_care 💅 brain 🧠 eye 👁️ speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ zzz 💤 boom,collision 💥
sparkles ✨ star ⭐ star2 🌟 zap ⚡ sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ snowflake ❄️ rainbow 🌈 ocean 🌊
orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 broken_heart 💔 two_hearts 💕 100 💯 dart 🎯 trophy 🏆
medal 🏅 first_place_medal 🥇 gift 🎁 balloon 🎈 confetti_ball 🎊 birthday 🎂 coffee ☕ tea 🍵 beer 🍺 beers 🍻 pizza 🍕 popcorn 🍿 cookie 🍪 cake 🍰
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle,large_blue_dot 🔵 large_purple_circle 🟣 large_brown_circle 🟤
black_circle ⚫ white_circle ⚪ large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 white_large_square ⬜
black_large_square ⬛ small_red_triangle 🔺 small_blue_diamond 🔹 small_orange_diamond 🔸 heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓ grey_question ❔
exclamation,heavy_exclamation_mark ❗ grey_exclamation ❕ bangbang ‼️ interrobang ⁉️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign,stop_sign 🛑 o ⭕
ballot_box_with_check ☑️ heavy_multiplication_x ✖️ recycle ♻️ information_source ℹ️ arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️
arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_heading_up ⤴️ leftwards_arrow_with_hook ↩️ arrows_counterclockwise 🔄 repeat 🔁 fast_forward ⏩ rewind ⏪
arrow_forward ▶️ double_vertical_bar,pause_button ⏸️ black_square_for_stop ⏹️ new 🆕 ok 🆗 sos 🆘 up 🆙 free 🆓 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣
clock1 🕐 clock3 🕒 clock6 🕕 clock9 🕘 stopwatch ⏱️ timer_clock ⏲️ alarm_clock ⏰ watch ⌚ calendar 📆 date 📅 spiral_calendar_pad 🗓️
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 round_pushpin 📍 paperclip 📎 link 🔗 scissors ✂️ memo,pencil 📝
pencil2 ✏️ bookmark 🔖 books 📚 book,open_book 📖 notebook 📓 ledger 📒 page_facing_up 📄 page_with_curl 📃 newspaper 📰 file_folder 📁 open_file_folder 📂
card_index_dividers 🗂️ wastebasket 🗑️ mag 🔍 mag_right 🔎 lock 🔒 unlock 🔓 closed_lock_with_key 🔐 key 🔑 hammer 🔨 hammer_and_wrench 🛠️ wrench 🔧
gear ⚙️ nut_and_bolt 🔩 electric_plug 🔌 battery 🔋 bulb 💡 flashlight 🔦 candle 🕯️ fire_extinguisher 🧯 fire_engine 🚒 ambulance 🚑 police_car 🚓
hospital 🏥 adhesive_bandage 🩹 syringe 💉 pill 💊 dna 🧬 microscope 🔬 telescope 🔭 satellite 🛰️ satellite_antenna 📡 computer 💻 desktop_computer 🖥️
keyboard ⌨️ printer 🖨️ floppy_disk 💾 cd 💿 package 📦 mailbox 📫 email,envelope ✉️ e-mail 📧 inbox_tray 📥 outbox_tray 📤 incoming_envelope 📨
telephone,phone ☎️ telephone_receiver 📞 iphone 📱 calling 📲 movie_camera 🎥 video_camera 📹 camera 📷 microphone 🎤 headphones 🎧 speaker 🔈
loud_sound 🔊 mute 🔇 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 postal_horn 📯 musical_note 🎵 moneybag 💰 dollar 💵 credit_card 💳 gem 💎 balance_scale ⚖️
shopping_trolley,shopping_cart 🛒 house 🏠 office 🏢 factory 🏭 construction 🚧 vertical_traffic_light 🚦 checkered_flag 🏁 triangular_flag_on_post 🚩
white_flag 🏳️ anchor ⚓ airplane ✈️ car,red_car 🚗 truck 🚚 train 🚆 bike 🚲 ship 🚢 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐
crystal_ball 🔮 jigsaw 🧩 game_die 🎲 art 🎨 seedling 🌱 herb 🌿 four_leaf_clover 🍀 deciduous_tree 🌳 cactus 🌵 rose 🌹 sunflower 🌻 dog 🐶 cat 🐱
mouse 🐭 fox_face 🦊 bear 🐻 panda_face 🐼 tiger 🐯 lion_face 🦁 cow 🐮 pig 🐷 frog 🐸 monkey 🐒 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 bee,honeybee 🐝
bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 crab 🦀 whale 🐳 dolphin 🐬 shark 🦈 unicorn_face 🦄 dragon 🐉 crown 👑 tophat 🎩
mortar_board 🎓 helmet_with_white_cross ⛑️ shield 🛡️ dagger_knife 🗡️ bomb 💣 gun 🔫 detective,sleuth_or_spy 🕵️ construction_worker 👷 firefighter 🧑‍🚒
technologist 🧑‍💻 person_in_suit_levitating 🕴️ runner,running 🏃 walking 🚶 dancer 💃 man_dancing 🕺 bust_in_silhouette 👤 busts_in_silhouette 👥
male-technologist 👨‍💻 female-technologist 👩‍💻 man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️ shrug 🤷 facepalm,face_palm 🤦 salute,saluting_face 🫡 melting_face 🫠
copyright ©️ registered ®️ tm ™️ hash #️⃣ abc 🔤 label 🏷️ ticket 🎫 admission_tickets 🎟️ compass 🧭 world_map 🗺️ mountain ⛰️ tent ⛺ sunrise 🌅
crescent_moon 🌙 full_moon 🌕 comet ☄️ dash 💨 droplet 💧 umbrella ☔ snowman ⛄ jack_o_lantern 🎃 christmas_tree 🎄 fireworks 🎆 spider_web 🕸️ spider 🕷️
`;

const byName = new Map();
const listed = [];

const words = LISTED.trim().split(/\s+/);
for (let at = 0; at + 1 < words.length; at += 2) {
  const names = words[at].split(",");
  listed.push({ name: names[0], names, character: words[at + 1] });
  for (const name of names) byName.set(name, words[at + 1]);
}

/** The emoji offered first: those most used in incidents. */
export const FREQUENT = listed.slice(0, 24);

/** Returns the character of a short name, or undefined if the page does not know it. */
export function emojiCharacter(name) {
  return byName.get(name.split("::")[0]);
}

/** Returns the emoji whose names contain `query`, at most `most`. Names that start with it come first. */
export function emojiLike(query, most) {
  const needle = query.toLowerCase().replaceAll(":", "").trim();
  const begins = (one) => one.names.some((name) => name.startsWith(needle));
  const holds = (one) => one.names.some((name) => name.includes(needle));
  const first = listed.filter(begins);
  return [...first, ...listed.filter((one) => !begins(one) && holds(one))].slice(0, most);
}

/** Draws `:name:` as its character, or unchanged if it is unknown. */
export function emoji(name) {
  const character = emojiCharacter(name);
  if (!character) return h("span", { class: "emoji-unknown" }, `:${name}:`);
  return h(
    "span",
    { class: "emoji", role: "img", "aria-label": `${name.replaceAll("_", " ")} emoji`, title: `:${name}:` },
    character,
  );
}

/** Splits plain text at its `:short_names:` and draws those that are known. */
export function withEmoji(text) {
  const parts = text.split(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/);
  return parts.map((part, at) => {
    if (at % 2 === 0) return part;
    return emojiCharacter(part) ? emoji(part) : `:${part}:`;
  });
}
