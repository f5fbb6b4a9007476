/**
 * Questions of our own in the fields of each benchmark's: what a benchmark asks is never committed here.
 * By the task of the harness that asks them, and the split that it takes them from.
 */
export const QUESTIONS: Record<string, Record<string, object[]>> = {
  leaderboard_bbh_boolean_expressions: {
    test: [
      { input: "not True or ( False or True ) is", target: "True" },
      { input: "( True and not True ) or False is", target: "False" },
      { input: "not ( False and True ) and True is", target: "True" },
    ],
  },
  leaderboard_bbh_navigate: {
    test: [
      ["Sail 3 miles. Turn around. Sail 2 miles. Sail 1 mile.", "Yes"],
      ["Turn left. Sail 4 miles. Turn left. Sail 4 miles.", "No"],
      ["Always face forward. Sail 2 miles right. Sail 5 miles left.", "No"],
    ].map(([way, target]) => ({
      input: `If a boat does this, is it back in its harbour? ${way}\nOptions:\n- Yes\n- No`,
      target,
    })),
  },
  leaderboard_math_algebra_hard: {
    test: [
      ["What is $2^1$?", "2"],
      ["A boat sails 12 miles at 4 knots and 12 miles at 6 knots. How many hours is that?", "5"],
      ["For which positive $k$ has $x^2 + kx + 9 = 0$ exactly one solution?", "6"],
      ["What is $\\frac{3}{4} - \\frac{1}{3}$?", "\\frac{5}{12}"],
    ].map(([problem, answer]) => ({
      problem,
      level: "Level 5",
      type: "Algebra",
      solution: `It is $\\boxed{${answer}}$.`,
    })),
  },
  leaderboard_gpqa_main: {
    train: [
      ["Which lamp is on a boat's left side?", "Red", "Green", "White", "Amber"],
      ["How many feet are in a fathom?", "Six", "Three", "Ten", "Twelve"],
      ["What does a barometer measure?", "Pressure of air", "Depth", "Speed", "Salt in water"],
    ].map(([question, right, ...wrong]) => ({
      Question: question,
      "Correct Answer": right,
      ...Object.fromEntries(wrong.map((text, i) => [`Incorrect Answer ${i + 1}`, text])),
    })),
  },
  leaderboard_musr_murder_mysteries: {
    murder_mysteries: [
      [
        "The cook was ashore all night. The mate had the key of the hold.",
        ["The cook", "The mate"],
        1,
      ],
      ["The wet rope lay in Ann's cabin. Bo was seen asleep at ten.", ["Ann", "Bo"], 0],
      ["Only Cy can splice, and the cut rope was spliced. Di cannot.", ["Cy", "Di"], 0],
    ].map(([told, names, at]) => ({
      narrative: `In the night the anchor was let go. ${told}`,
      question: "Who let it go?",
      choices: `['${(names as string[]).join("', '")}']`,
      answer_index: at,
      answer_choice: (names as string[])[at as number],
    })),
  },
  leaderboard_mmlu_pro: {
    validation: [
      lettered("What turns a boat?", ["The rudder", "The mast", "The hull"], 0),
      lettered("What holds a boat?", ["The flag", "The anchor", "The wind"], 1),
      lettered("What is 7 times 8?", ["54", "58", "56"], 2),
      lettered("What is at the top of the mast?", ["The keel", "The vane", "The bilge"], 1),
      lettered("Which is a knot?", ["Bowline", "Galley", "Starboard"], 0),
    ],
    test: [
      lettered("What is below the hull?", ["Mast", "Boom", "Keel", "Sail", "Vane", "Flag"], 2),
      lettered("What is 9 times 6?", ["45", "54", "56", "63"], 1),
      lettered("Which wind is the strongest?", ["Breeze", "Calm", "Gale", "Storm", "Hurricane"], 4),
    ],
  },
  leaderboard_ifeval: {
    train: [
      { prompt: "Describe a harbour without commas.", asks: [["punctuation:no_comma", {}]] },
      {
        prompt: "Name two winds in at least two sentences, all in lowercase.",
        asks: [
          ["length_constraints:number_sentences", { relation: "at least", num_sentences: 2 }],
          ["change_case:english_lowercase", {}],
        ],
      },
      {
        prompt: "Write about a boat. Use the word keel.",
        asks: [["keywords:existence", { keywords: ["keel"] }]],
      },
    ].map(({ prompt, asks }, key) => ({
      key,
      prompt,
      instruction_id_list: asks.map(([id]) => id),
      kwargs: asks.map(([, kwargs]) => kwargs),
    })),
  },
};

function lettered(question: string, options: string[], at: number): object {
  return { question, options, answer: "ABCDEFGHIJ"[at], answer_index: at };
}
